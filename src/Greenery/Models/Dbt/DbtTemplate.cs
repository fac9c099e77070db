using System.Text.RegularExpressions;
using Greenery.Sources;

namespace Greenery.Models.Dbt;

/// <summary>
/// Turns a .sql file of dbt into plain SQL: <c>ref</c>, <c>source</c>, <c>var</c>, <c>config</c>, comments, and loops
/// over lists of literals.
/// </summary>
/// <param name="project">Has the variables.</param>
/// <param name="macros">Has the macros that are plain SQL.</param>
internal sealed partial class DbtTemplate(DbtProject project, DbtMacros macros)
{
    /// <summary>The text with all that can be written plainly; the rest is as it was, and listed.</summary>
    public DbtSql Convert(string text, string place)
    {
        var (tables, left) = (new List<string>(), new List<Diagnostic>());
        var config = new Dictionary<string, string>(StringComparer.Ordinal);
        var isIncremental = IsIncremental().IsMatch(text);
        if (isIncremental)
        {
            left.Add(new Diagnostic($"{place}:{Line(text, IsIncremental().Match(text).Index)}",
                "the condition of is_incremental() was taken out, so that the model is built in full; see 'Models by "
                    + "key'."));
        }
        var plain = IsIncremental().Replace(text, match => new string('\n', match.Value.Count(c => c == '\n')));
        var loops = new DbtLoops();
        var isPlain = true;
        var sql = Part().Replace(plain, match => Write(match.Value, $"{place}:{Line(plain, match.Index)}"));
        return new DbtSql(sql.Trim('\n', '\r', ' ') + "\n", tables, config, isPlain, left);

        string Write(string part, string where)
        {
            if (part.StartsWith("{#", StringComparison.Ordinal))
            {
                return $"/* {part[2..^2].Trim('-', ' ').Replace("*/", "* /", StringComparison.Ordinal)} */";
            }
            var written = part.StartsWith("{{", StringComparison.Ordinal)
                ? Plain(part[2..^2].Trim('-').Trim(), config, tables, where, left)
                : loops.TrySet(part) ? ""
                : loops.Expand(part) is { } rounds ? Part().Replace(rounds, inner => Write(inner.Value, where))
                : null;
            if (written is null)
            {
                isPlain = false;
                left.Add(new Diagnostic(where, Jinja.Refusal(part)));
            }
            return written ?? part;
        }
    }

    private string? Plain(
        string expression, Dictionary<string, string> config, List<string> tables, string place, List<Diagnostic> left)
    {
        if (TableCall().Match(expression) is { Success: true } table)
        {
            tables.Add(table.Groups["name"].Value);
            return table.Groups["name"].Value;
        }
        if (Variable().Match(expression) is { Success: true } variable)
        {
            return project.Variable(variable.Groups["name"].Value)
                ?? (variable.Groups["default"].Success ? variable.Groups["default"].Value.Trim('\'', '"') : null);
        }
        if (expression.StartsWith("config(", StringComparison.Ordinal))
        {
            ReadConfig(expression, config, place, left);
            return "";
        }
        return macros.Expand(expression);
    }

    private static void ReadConfig(
        string expression, Dictionary<string, string> config, string place, List<Diagnostic> left)
    {
        foreach (Match setting in Setting().Matches(expression["config(".Length..^1]))
        {
            var (key, value) = (setting.Groups["key"].Value, setting.Groups["value"].Value);
            if (key is "materialized" or "unique_key" or "tags")
            {
                config[key] = value.Replace('\'', '"');
            }
            else
            {
                left.Add(new Diagnostic(place, $"config({key}=...) was left out; see docs/configuration.md for what "
                    + "a model may be configured by."));
            }
        }
    }

    private static int Line(string text, int at) => text.AsSpan(0, at).Count('\n') + 1;

    // A loop is one part with its body.
    [GeneratedRegex(@"\{%-?\s*for\b.*?\{%-?\s*endfor\s*-?%\}|\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}",
        RegexOptions.Singleline)]
    private static partial Regex Part();

    [GeneratedRegex(@"\{%-?\s*if\s+is_incremental\(\)\s*-?%\}(?:(?!\{%).)*\{%-?\s*endif\s*-?%\}",
        RegexOptions.Singleline)]
    private static partial Regex IsIncremental();

    [GeneratedRegex(@"^(?:ref|source)\(\s*(?:(?:'\w+'|""\w+"")\s*,\s*)?['""](?<name>\w+)['""]\s*\)$")]
    private static partial Regex TableCall();

    [GeneratedRegex(@"^var\(\s*['""](?<name>[\w:.]+)['""]\s*(?:,\s*(?<default>'[^']*'|""[^""]*""|[\w.-]+)\s*)?\)$")]
    private static partial Regex Variable();

    [GeneratedRegex(@"(?<key>\w+)\s*=\s*(?<value>\[[^\]]*\]|\{[^}]*\}|'[^']*'|""[^""]*""|[\w.+-]+)")]
    private static partial Regex Setting();
}

/// <summary>A .sql file of dbt as plain SQL.</summary>
/// <param name="Text">The SQL.</param>
/// <param name="Tables">The models, seeds and source tables that it names.</param>
/// <param name="Config">What <c>config(...)</c> says, as JSON.</param>
/// <param name="IsPlain">Whether no template is left in it.</param>
/// <param name="Left">What was left out or could not be converted.</param>
internal sealed record DbtSql(
    string Text, IReadOnlyList<string> Tables, IReadOnlyDictionary<string, string> Config, bool IsPlain,
    IReadOnlyList<Diagnostic> Left);
