namespace Greenery.Models;

/// <summary>One column of a model as its property file describes it.</summary>
public sealed record ModelColumn(string Name, string Description, bool IsPersonal, string Place);
