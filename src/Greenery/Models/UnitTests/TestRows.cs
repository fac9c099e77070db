using Greenery.Sources;

namespace Greenery.Models.UnitTests;

/// <summary>Rows that a unit test gives or expects.</summary>
/// <param name="Columns">The columns that are named, each with the place of its first mention.</param>
/// <param name="Rows">Of each row the values of <paramref name="Columns"/>; a column that a row does not name is
/// null.</param>
/// <param name="Select">The rows as SQL (<c>format: sql</c>), whose columns only PostgreSQL knows; otherwise
/// null.</param>
/// <param name="Place">File and line.</param>
public sealed record TestRows(
    IReadOnlyList<SourceReference> Columns, IReadOnlyList<IReadOnlyList<TestValue>> Rows, string? Select, string Place);

/// <summary>A value of a test's row.</summary>
/// <param name="Text">As PostgreSQL reads it; null for null.</param>
/// <param name="IsJson">Whether the text is the JSON of a list or mapping.</param>
/// <param name="Place">File and line.</param>
public sealed record TestValue(string? Text, bool IsJson, string Place);
