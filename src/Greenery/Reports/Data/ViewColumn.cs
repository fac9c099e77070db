namespace Greenery.Reports.Data;

/// <summary>A column of a model as readers see it, in the order of the table.</summary>
/// <param name="Type">As PostgreSQL names it.</param>
public sealed record ViewColumn(string Mart, string Model, string Name, string Type);
