using Greenery.Models.Sql;

namespace Greenery.Models;

/// <summary>What a select may ask of <c>:since</c>: with 0 it has to return everything.</summary>
internal static class SinceCondition
{
    /// <summary>
    /// The comparison of <c>:since</c> that no full build could fulfil, with its line; null for none.
    /// </summary>
    public static (string Comparison, int Line)? FindUnusable(IReadOnlyList<SqlToken> tokens)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if (!tokens[i].IsSince)
            {
                continue;
            }
            var before = Operator(tokens, i - 1, -1);
            var after = Operator(tokens, i + 1, 1);
            // ":since = 0" asks whether all is built, which is no condition on rows.
            var isOfNumber = IsNumber(tokens, i + 1 + after.Length) || IsNumber(tokens, i - 1 - before.Length);
            if (!isOfNumber && (before is "<" or "<=" or "=" or "<>" or "!=" || after is ">" or ">=" or "=" or "<>"
                or "!="))
            {
                return (before.Length > 0 ? $"{before} :since" : $":since {after}", tokens[i].Line);
            }
        }
        return null;
    }

    private static string Operator(IReadOnlyList<SqlToken> tokens, int at, int step)
    {
        var found = "";
        for (var i = at; i >= 0 && i < tokens.Count && found.Length < 2 && IsPart(tokens[i]); i += step)
        {
            found = step < 0 ? tokens[i].Text + found : found + tokens[i].Text;
        }
        return found;
    }

    private static bool IsPart(SqlToken token) => token.Is("<") || token.Is(">") || token.Is("=") || token.Is("!");

    private static bool IsNumber(IReadOnlyList<SqlToken> tokens, int i) =>
        i >= 0 && i < tokens.Count && tokens[i].Kind == SqlTokenKind.Number;
}
