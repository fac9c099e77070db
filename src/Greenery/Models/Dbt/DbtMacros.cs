using System.Text.RegularExpressions;

namespace Greenery.Models.Dbt;

/// <summary>
/// The macros that are no more than SQL with their arguments in it: those of the project without statements, the
/// PostgreSQL variant where a macro dispatches, and the few of dbt's packages that most projects use.
/// </summary>
/// <param name="files">The macros of the project.</param>
internal sealed partial class DbtMacros(IEnumerable<string> files)
{
    private readonly Dictionary<string, (string[] Parameters, string Body)> _macros = files
        .SelectMany(text => Definition().Matches(text))
        .DistinctBy(match => match.Groups["name"].Value)
        .ToDictionary(
            match => match.Groups["name"].Value,
            match => (match.Groups["parameters"].Value.Split(
                ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                match.Groups["body"].Value.Trim()));

    /// <summary>The SQL of a call; null when it is more than that.</summary>
    /// <param name="call">Such as <c>cents_to_dollars('price')</c>.</param>
    public string? Expand(string call)
    {
        if (Call().Match(call) is not { Success: true } match)
        {
            return null;
        }
        var arguments = Argument().Matches(match.Groups["arguments"].Value).Select(each => each.Groups["text"].Value)
            .ToArray();
        return match.Groups["name"].Value switch
        {
            "dbt.date_trunc" or "dbt_utils.date_trunc" when arguments.Length == 2 =>
                $"date_trunc('{arguments[0]}', {arguments[1]})",
            "dbt.current_timestamp" => "now()",
            // dbt_utils' own text, so that keys stay as they were.
            "dbt_utils.generate_surrogate_key" when arguments.Length > 0 => "md5("
                + string.Join(" || '-' || ", arguments.Select(column =>
                    $"coalesce(({column})::text, '_dbt_utils_surrogate_key_null_')")) + ")",
            var name => Of(name) is var (parameters, body) && parameters.Length == arguments.Length
                ? Fill(body, parameters, arguments) : null,
        };
    }

    private (string[] Parameters, string Body)? Of(string name) =>
        !_macros.TryGetValue(name, out var macro) ? null
        : !macro.Body.Contains("adapter.dispatch", StringComparison.Ordinal) ? macro
        : _macros.TryGetValue($"postgres__{name}", out var own) ? own
        : _macros.TryGetValue($"default__{name}", out var usual) ? usual
        : null;

    private static string? Fill(string body, string[] parameters, string[] arguments)
    {
        var filled = Expression().Replace(body, match =>
            Array.IndexOf(parameters, match.Groups[1].Value) is var i and >= 0 ? arguments[i] : match.Value);
        return filled.Contains("{{", StringComparison.Ordinal) || filled.Contains("{%", StringComparison.Ordinal)
            ? null : filled;
    }

    [GeneratedRegex(@"\{%-?\s*macro\s+(?<name>\w+)\((?<parameters>[\w\s,]*)\)\s*-?%\}(?<body>.*?)"
        + @"\{%-?\s*endmacro\s*-?%\}",
        RegexOptions.Singleline)]
    private static partial Regex Definition();

    [GeneratedRegex(@"^(?<name>[\w.]+)\(\s*\[?(?<arguments>(?:\s*(?:'[^']*'|""[^""]*"")\s*,?)*)\]?\s*\)$")]
    private static partial Regex Call();

    [GeneratedRegex(@"(['""])(?<text>.*?)\1")]
    private static partial Regex Argument();

    [GeneratedRegex(@"\{\{-?\s*(\w+)\s*-?\}\}")]
    private static partial Regex Expression();
}
