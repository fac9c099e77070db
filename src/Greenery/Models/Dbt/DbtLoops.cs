using System.Text.RegularExpressions;

namespace Greenery.Models.Dbt;

/// <summary>
/// Writes out the loops of a file that are no more than SQL for each value of a list of literals:
/// <c>{% set methods = ['card', 'coupon'] %}</c> and <c>{% for method in methods %}</c>, with <c>loop.first</c> and
/// <c>loop.last</c> as conditions.
/// </summary>
internal sealed partial class DbtLoops
{
    private readonly Dictionary<string, string[]> _lists = new(StringComparer.Ordinal);

    /// <summary>Takes a list; false when the statement is none.</summary>
    public bool TrySet(string statement)
    {
        if (Set().Match(statement) is not { Success: true } set)
        {
            return false;
        }
        _lists[set.Groups["name"].Value] = Values(set.Groups["values"].Value);
        return true;
    }

    /// <summary>The SQL of all rounds, in which other templates may be left; null where it is no such loop.</summary>
    public string? Expand(string text)
    {
        if (Loop().Match(text) is not { Success: true } loop || Statement().IsMatch(Condition().Replace(
            loop.Groups["body"].Value, "")))
        {
            return null;
        }
        var list = loop.Groups["list"].Value;
        var values = list.StartsWith('[') ? Values(list[1..^1]) : _lists.GetValueOrDefault(list);
        return values is null ? null : string.Concat(values.Select((value, at) => Round(
            loop.Groups["body"].Value, loop.Groups["item"].Value, value, at == 0, at == values.Length - 1)));
    }

    private static string Round(string body, string item, string value, bool isFirst, bool isLast)
    {
        var chosen = Condition().Replace(body, match =>
            (match.Groups["which"].Value == "first" ? isFirst : isLast) != match.Groups["not"].Success
                ? match.Groups["text"].Value : "");
        return Name().Replace(chosen, match => match.Groups[1].Value == item ? value : match.Value);
    }

    private static string[] Values(string list) =>
        [.. Literal().Matches(list).Select(match => Unquoted(match.Value))];

    // Quotes of the other kind within are part of the value.
    private static string Unquoted(string literal) => literal[0] is '\'' or '"' ? literal[1..^1] : literal;

    private const string Literals =
        @"\s*(?:(?:'[^']*'|""[^""]*""|-?\d+(?:\.\d+)?)\s*(?:,\s*|(?=\])))*";

    [GeneratedRegex(@"^\{%-?\s*set\s+(?<name>\w+)\s*=\s*\[(?<values>" + Literals + @")\]\s*-?%\}$")]
    private static partial Regex Set();

    [GeneratedRegex(@"^\{%-?\s*for\s+(?<item>\w+)\s+in\s+(?<list>\w+|\[" + Literals + @"\])\s*-?%\}\s?(?<body>.*)"
        + @"\{%-?\s*endfor\s*-?%\}$",
        RegexOptions.Singleline)]
    private static partial Regex Loop();

    // As a statement around a text, or as an expression of one.
    [GeneratedRegex(@"\{%-?\s*if\s+(?<not>not\s+)?loop\.(?<which>first|last)\s*-?%\}(?<text>(?:(?!\{%).)*)"
        + @"\{%-?\s*endif\s*-?%\}"
        + @"|\{\{-?\s*(?<quote>['""])(?<text>[^'""]*)\k<quote>\s+if\s+(?<not>not\s+)?loop\.(?<which>first|last)\s*"
        + @"(?:else\s+(?:''|"""")\s*)?-?\}\}",
        RegexOptions.Singleline)]
    private static partial Regex Condition();

    [GeneratedRegex(@"\{%")]
    private static partial Regex Statement();

    [GeneratedRegex(@"\{\{-?\s*(\w+)\s*-?\}\}")]
    private static partial Regex Name();

    [GeneratedRegex(@"'[^']*'|""[^""]*""|-?\d+(?:\.\d+)?")]
    private static partial Regex Literal();
}
