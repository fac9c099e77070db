using System.Text.RegularExpressions;

namespace Greenery.Models.Sql;

/// <summary>Ways to ask for the time without a function: keywords, and the date literals that mean a moment.</summary>
/// <remarks>PostgreSQL manual, sections 9.9.5 and 8.5.1.4.</remarks>
internal static partial class SqlClock
{
    private static readonly HashSet<string> Keywords =
        ["current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"];

    /// <summary>The first of them in a statement, as messages show it; null when there is none.</summary>
    public static string? Find(IReadOnlyList<SqlToken> tokens)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind == SqlTokenKind.Word && Keywords.Contains(tokens[i].Text) && !IsLabel(tokens, i))
            {
                return tokens[i].Text;
            }
            if (tokens[i].Kind == SqlTokenKind.Literal && MomentLiteral().IsMatch(tokens[i].Text))
            {
                return tokens[i].Text;
            }
        }
        return null;
    }

    private static bool IsLabel(IReadOnlyList<SqlToken> tokens, int i) =>
        i > 0 && (tokens[i - 1].Is(".") || tokens[i - 1].Is("as"));

    // 'today', 'tomorrow 10:00': whether it becomes a date, only PostgreSQL knows, so that a text counts as well.
    [GeneratedRegex(@"^[eE]?'\s*(now|today|tomorrow|yesterday)(\s+[\d:.]+)?\s*'$", RegexOptions.IgnoreCase)]
    private static partial Regex MomentLiteral();
}
