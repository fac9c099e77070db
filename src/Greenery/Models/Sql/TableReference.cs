namespace Greenery.Models.Sql;

/// <summary>A table that a select names after <c>from</c> or <c>join</c>.</summary>
/// <param name="Schema">The part before the dot; null for an unqualified name.</param>
/// <param name="Name">The table's name.</param>
/// <param name="Line">Its line in the file.</param>
internal sealed record TableReference(string? Schema, string Name, int Line)
{
    /// <summary>Whether a <c>with</c> clause of the same name reads it.</summary>
    public bool IsImport { get; init; }
}
