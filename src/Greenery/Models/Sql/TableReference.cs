namespace Greenery.Models.Sql;

/// <summary>A table that a select names after <c>from</c> or <c>join</c>.</summary>
/// <param name="Schema">What stands before the dot; null for a bare name.</param>
/// <param name="Name">The table's name.</param>
/// <param name="Line">The line it stands on.</param>
internal sealed record TableReference(string? Schema, string Name, int Line);
