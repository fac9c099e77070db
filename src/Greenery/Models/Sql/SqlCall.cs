namespace Greenery.Models.Sql;

/// <summary>
/// A name with arguments in parentheses: a function's, or that of a type or keyword written like one.
/// </summary>
/// <param name="Schema">The name before the dot; null for a bare name.</param>
/// <param name="Name">The function's name.</param>
/// <param name="Arguments">How many arguments there are.</param>
internal readonly record struct SqlCall(string? Schema, string Name, int Arguments)
{
    /// <summary>All calls of a statement, in their order.</summary>
    public static IEnumerable<SqlCall> Find(IReadOnlyList<SqlToken> tokens)
    {
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            if (tokens[i].IsName && tokens[i + 1].Is("("))
            {
                var schema = i > 1 && tokens[i - 1].Is(".") && tokens[i - 2].IsName ? tokens[i - 2].Text : null;
                yield return new SqlCall(schema, tokens[i].Text, Count(tokens, i + 2));
            }
        }
    }

    public override string ToString() => $"{(Schema is null ? "" : $"{Schema}.")}{Name}()";

    private static int Count(IReadOnlyList<SqlToken> tokens, int first)
    {
        var (depth, commas) = (0, 0);
        for (var i = first; i < tokens.Count; i++)
        {
            if (depth == 0 && tokens[i].Is(")"))
            {
                return i == first ? 0 : commas + 1;
            }
            depth += tokens[i].Is("(") || tokens[i].Is("[") ? 1 : tokens[i].Is(")") || tokens[i].Is("]") ? -1 : 0;
            commas += depth == 0 && tokens[i].Is(",") ? 1 : 0;
        }
        return commas + 1;
    }
}
