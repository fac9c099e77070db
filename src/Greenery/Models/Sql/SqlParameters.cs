using System.Globalization;
using System.Text;
using Greenery.Warehouse;

namespace Greenery.Models.Sql;

/// <summary>
/// Fills in the parameters: <c>:since</c> of models, <c>:from_date</c> and <c>:to_date</c> of metrics, and
/// <c>:time_zone</c> of all.
/// </summary>
internal static class SqlParameters
{
    public const string Since = "since";

    /// <summary>The first business date of a metric.</summary>
    public const string FromDate = "from_date";

    /// <summary>The last business date of a metric.</summary>
    public const string ToDate = "to_date";

    /// <summary>The business's time zone, by which days are cut.</summary>
    public const string TimeZone = "time_zone";

    /// <summary>
    /// What a file of a folder may use besides the time zone, which is filled in when the file is read.
    /// </summary>
    public static IReadOnlyList<string> Of(string folder) => folder == "metrics" ? [FromDate, ToDate] : [Since];

    /// <summary>
    /// Replaces the time zone by its name as a literal. So it is part of the SQL like any other text: what depends on
    /// it is built anew when it changes.
    /// </summary>
    /// <param name="sql">The statement.</param>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="timeZone">An IANA name, which PostgreSQL knows too.</param>
    public static string FillTimeZone(string sql, IReadOnlyList<SqlToken> tokens, string timeZone)
    {
        var zones = tokens.Where(token => token is { Kind: SqlTokenKind.Parameter, Text: TimeZone }).ToList();
        return zones.Count == 0 ? sql : Fill(sql, zones, _ => SqlText.Literal(timeZone));
    }

    /// <summary>As the other, of a condition in a property file; one that is no SQL is left as it is.</summary>
    public static string FillTimeZone(string sql, string timeZone)
    {
        try
        {
            return FillTimeZone(sql, SqlTokenizer.Tokenize(sql), timeZone);
        }
        catch (SqlTokenException)
        {
            return sql;
        }
    }

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
