using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Greenery.Drops;

namespace Greenery.Sources;

/// <summary>
/// A form of the paths of a table's drops (<c>path: "orders/{date:yyyy-MM-dd}*.csv"</c>). <c>*</c> is anything but a
/// slash, <c>**</c> anything; letters in any case.
/// </summary>
public sealed class DropPattern
{
    /// <summary>What a pattern is, for messages.</summary>
    public const string Known = "a path such as orders/{date:yyyy-MM-dd}*.csv, orders/dt={date}/*.csv or "
        + "{date:yyyy/MM/dd}/orders*";

    private const string Iso = "yyyy-MM-dd";

    private readonly Regex _regex;

    private DropPattern(SourceReference source, Regex regex) => (Source, _regex) = (source, regex);

    /// <summary>As written, with its place.</summary>
    public SourceReference Source { get; }

    /// <summary>The patterns of a table (<c>path</c>); bad ones are faults, each with its line.</summary>
    internal static IReadOnlyList<DropPattern> ReadAll(PropertyMap table)
    {
        var patterns = new List<DropPattern>();
        foreach (var path in table.References("path"))
        {
            if (TryParse(path, out var fault) is { } pattern)
            {
                patterns.Add(pattern);
            }
            else
            {
                table.RefuseAt(path.Place, $"'path: {path.Name}' {fault}.");
            }
        }
        return patterns;
    }

    /// <summary>Reads a pattern; null, with what is wrong with it, when it is none.</summary>
    public static DropPattern? TryParse(SourceReference source, out string fault)
    {
        var text = source.Name;
        fault = Malformed(text);
        if (fault.Length > 0)
        {
            return null;
        }
        var regex = new StringBuilder("^");
        for (var at = 0; at < text.Length;)
        {
            var end = text[at] == '{' ? text.IndexOf('}', at) + 1 : at + 1;
            end += text.AsSpan(at).StartsWith("**") ? 1 : 0;
            var part = text[at..end];
            fault = part[0] == '{' ? AppendDate(regex, part) : "";
            if (fault.Length > 0)
            {
                return null;
            }
            regex.Append(part switch
            {
                ['{', ..] => "",
                "**" => ".*",
                "*" => "[^/]*",
                _ => Regex.Escape(part),
            });
            at = end;
        }
        return new DropPattern(source, new Regex(
            regex.Append("\\z").ToString(),
            // A pattern of a contract must not be able to hang a run.
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking));
    }

    /// <summary>The date of a path of this form; null for another path, and for a date that does not exist.</summary>
    public DateOnly? DateOf(string path) =>
        _regex.Match(path) is { Success: true } match && DropName.FormatOf(path) is not null
        && DateOnly.TryParseExact(
            $"{match.Groups["y"].Value}-{match.Groups["M"].Value}-{match.Groups["d"].Value}", "yyyy-M-d",
            CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        ? date
        : null;

    /// <summary>The form with a date in it, for messages about that day.</summary>
    public string Example(DateOnly date)
    {
        var start = Source.Name.IndexOf('{', StringComparison.Ordinal);
        var end = Source.Name.IndexOf('}', StringComparison.Ordinal);
        return $"{Source.Name[..start]}{date.ToString(FormOf(Source.Name[start..(end + 1)]),
            CultureInfo.InvariantCulture)}{Source.Name[(end + 1)..]}";
    }

    public override string ToString() => Source.Name;

    private static string Malformed(string text)
    {
        if (text.Length == 0 || text[0] == '/' || text.Contains('\\') || text.Contains("//", StringComparison.Ordinal)
            || text.Split('/').Any(part => part is "." or ".."))
        {
            return $"is no path below the folder or container of the drops; expected {Known}";
        }
        var (open, close) = (text.Count(letter => letter == '{'), text.Count(letter => letter == '}'));
        var isTurned = text.AsSpan().IndexOf('}') < text.AsSpan().IndexOf('{');
        if (open != 1 || close != 1 || isTurned)
        {
            return $"has {(open == 0 ? "no" : "more or less than one")} date in braces; expected {Known}";
        }
        return text.EndsWith('*') || DropName.FormatOf(text) is not null
            ? ""
            : "ends with no format that can be read; expected .csv, .tsv, .txt, .json, .ndjson, .jsonl, .xlsx or "
                + ".parquet, each perhaps with .gz, or * for any of them";
    }

    private static string FormOf(string part) => part == "{date}" ? Iso : part["{date:".Length..^1];

    private static string AppendDate(StringBuilder regex, string part)
    {
        if (part != "{date}" && !part.StartsWith("{date:", StringComparison.Ordinal))
        {
            return $"has the unknown {part}; expected {{date}} or {{date:yyyy/MM/dd}}";
        }
        if (DateLayout.TryParse(FormOf(part)) is not { } layout)
        {
            return $"has {part}, which is no form of a date; expected {DateLayout.Known}";
        }
        foreach (var digits in layout.Parts)
        {
            regex.Append(digits.Kind is 'y' or 'M' or 'd'
                ? $"(?<{digits.Kind}>[0-9]{{{digits.Length},{Math.Max(digits.Length, 2)}}})"
                : Regex.Escape(digits.Kind.ToString()));
        }
        return "";
    }
}
