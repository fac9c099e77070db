using Greenery.Sources;

namespace Greenery.Models;

/// <summary>A check as the property file has it; folder Checks knows what it means.</summary>
/// <param name="Column">The column it belongs to; null for a check of the model.</param>
/// <param name="Kind">Its name in the file.</param>
/// <param name="Properties">The properties below the name.</param>
public sealed record DeclaredCheck(string? Column, string Kind, PropertyMap Properties);
