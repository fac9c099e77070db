using System.Globalization;
using System.Text.RegularExpressions;

namespace Greenery.Drops;

/// <summary>How the rows of a drop are written.</summary>
public enum DropFormat
{
    Csv,

    /// <summary>One array of objects.</summary>
    Json,

    /// <summary>One object a line.</summary>
    NdJson,

    /// <summary>One sheet of an Excel workbook.</summary>
    Xlsx,

    /// <summary>Columns of row groups, as Apache Parquet has them.</summary>
    Parquet,
}

/// <summary>
/// What a drop's path says:
/// <c>&lt;yyyy-MM-dd&gt;/&lt;table&gt;[-&lt;part&gt;].(csv|json|ndjson|jsonl|xlsx|parquet)[.gz]</c>, the
/// ending in any letter case.
/// </summary>
/// <param name="Date">The business date of the drop.</param>
/// <param name="Table">The drop name of the contract.</param>
/// <param name="Part">The part after the dash; empty when there is none.</param>
/// <param name="Format">How the rows are written.</param>
/// <param name="IsCompressed">Whether the content is gzip.</param>
public sealed partial record DropName(DateOnly Date, string Table, string Part, DropFormat Format, bool IsCompressed)
{
    /// <summary>The form a path must have, for messages.</summary>
    public const string Form = "<yyyy-MM-dd>/<table>[-<part>].(csv|json|ndjson|jsonl|xlsx|parquet)[.gz]";

    /// <summary>Whether a path lies below a folder whose name is a date, where drops are.</summary>
    public static bool IsInDateFolder(string path) => DateOnly.TryParseExact(
        path.Split('/')[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>
    /// What the ending of a file says of it: <c>.csv</c>, <c>.tsv</c> and <c>.txt</c> are CSV; with <c>.gz</c> it is
    /// compressed. Null when it says nothing.
    /// </summary>
    public static (DropFormat Format, bool IsCompressed)? FormatOf(string path) => Ending().Match(path) switch
    {
        { Success: true } match => (FormatNamed(match.Groups["format"].Value), match.Groups["gz"].Success),
        _ => null,
    };

    /// <summary>Reads a path; false when it does not have the form, or its date does not exist.</summary>
    public static bool TryParse(string path, out DropName name)
    {
        name = null!;
        var match = Pattern().Match(path);
        if (!match.Success || !DateOnly.TryParseExact(
            match.Groups["date"].ValueSpan, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None,
            out var date))
        {
            return false;
        }
        name = new DropName(date, match.Groups["table"].Value, match.Groups["part"].Value,
            FormatNamed(match.Groups["format"].Value), match.Groups["gz"].Success);
        return true;
    }

    private static DropFormat FormatNamed(string ending) => ending.ToLowerInvariant() switch
    {
        "csv" or "tsv" or "txt" => DropFormat.Csv,
        "json" => DropFormat.Json,
        "xlsx" => DropFormat.Xlsx,
        "parquet" => DropFormat.Parquet,
        _ => DropFormat.NdJson,
    };

    [GeneratedRegex(@"\.(?<format>csv|tsv|txt|json|ndjson|jsonl|xlsx|parquet)(?<gz>\.gz)?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Ending();

    [GeneratedRegex(
        @"^(?<date>\d{4}-\d{2}-\d{2})/(?<table>[^/\-.]+)(?:-(?<part>[^/]+?))?"
        + @"\.(?<format>csv|json|ndjson|jsonl|xlsx|parquet)(?<gz>\.gz)?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
