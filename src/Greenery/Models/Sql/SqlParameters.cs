using System.Globalization;
using System.Text;

namespace Greenery.Models.Sql;

/// <summary>
/// Fills in the parameters: <c>:since</c> of models, <c>:from_date</c> and <c>:to_date</c> of metrics.
/// </summary>
internal static class SqlParameters
{
    public const string Since = "since";

    /// <summary>The first business date of a metric.</summary>
    public const string FromDate = "from_date";

    /// <summary>The last business date of a metric.</summary>
    public const string ToDate = "to_date";

    /// <summary>What a file of a folder may use.</summary>
    public static IReadOnlyList<string> Of(string folder) => folder == "metrics" ? [FromDate, ToDate] : [Since];

    /// <summary>
    /// Replaces the parameter by the number; comments and strings that mention it stay as they are.
    /// </summary>
    public static string Fill(string sql, IReadOnlyList<SqlToken> tokens, long since) =>
        Fill(sql, tokens, _ => string.Create(CultureInfo.InvariantCulture, $"{since}::bigint"));

    /// <summary>As the other, for any parameter.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="valueOf">SQL for a parameter, by its name.</param>
    public static string Fill(string sql, IReadOnlyList<SqlToken> tokens, Func<string, string> valueOf)
    {
        var filled = new StringBuilder();
        var at = 0;
        foreach (var token in tokens.Where(token => token.Kind == SqlTokenKind.Parameter))
        {
            filled.Append(sql, at, token.Start - at).Append(valueOf(token.Text));
            at = token.End;
        }
        return filled.Append(sql, at, sql.Length - at).ToString();
    }
}
