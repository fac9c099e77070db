namespace Greenery.Models.Sql;

/// <summary>A model's text ends inside a string, a quoted name or a comment.</summary>
internal sealed class SqlTokenException(int line, string message) : Exception(message)
{
    public int Line { get; } = line;
}
