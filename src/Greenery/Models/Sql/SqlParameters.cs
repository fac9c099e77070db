using System.Globalization;
using System.Text;

namespace Greenery.Models.Sql;

/// <summary>Fills in the one parameter a model may have, <c>:since</c>.</summary>
internal static class SqlParameters
{
    public const string Since = "since";

    /// <summary>
    /// Replaces the parameter by the number; comments and strings that mention it stay as they are.
    /// </summary>
    public static string Fill(string sql, IReadOnlyList<SqlToken> tokens, long since)
    {
        var filled = new StringBuilder();
        var at = 0;
        foreach (var token in tokens.Where(token => token.Kind == SqlTokenKind.Parameter))
        {
            filled.Append(sql, at, token.Start - at).Append(CultureInfo.InvariantCulture, $"{since}::bigint");
            at = token.End;
        }
        return filled.Append(sql, at, sql.Length - at).ToString();
    }
}
