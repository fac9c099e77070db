using System.Text.RegularExpressions;

namespace Greenery.Sources;

/// <summary>
/// Finds dbt's templates (Jinja) in SQL, which is plain here: <c>{{ ref('orders') }}</c>, <c>{% if ... %}</c>,
/// <c>{# ... #}</c>. Comments may hold what they like.
/// </summary>
internal static partial class Jinja
{
    private const int MostShown = 60;

    /// <summary>Each expression, statement and comment of Jinja with the line on which it begins, from 1.</summary>
    public static IReadOnlyList<(int Line, string Text)> FindInSql(string sql)
    {
        var found = new List<(int Line, string Text)>();
        var line = 1;
        var isText = false;
        for (var at = 0; at < sql.Length;)
        {
            var part = Part(sql, at, isText);
            if (part.IsJinja)
            {
                found.Add((line, sql.Substring(at, part.Length)));
            }
            isText ^= !part.IsJinja && part.Length == 1 && sql[at] == '\'';
            line += sql.AsSpan(at, part.Length).Count('\n');
            at += part.Length;
        }
        return found;
    }

    /// <summary>Each in a text of a property file. <c>{{1,2},{3,4}}</c> is an array.</summary>
    public static IEnumerable<string> FindInText(string text) => Call().Matches(text).Select(match => match.Value);

    /// <summary>What is wrong, and what to write instead.</summary>
    public static string Refusal(string jinja)
    {
        var text = Blanks().Replace(jinja, " ");
        return $"has a template of dbt, \"{(text.Length > MostShown ? $"{text[..MostShown]}..." : text)}\"; SQL is "
            + $"plain here: {Advice(jinja)}";
    }

    private static string Advice(string jinja)
    {
        if (jinja.StartsWith("{#", StringComparison.Ordinal))
        {
            return "write a comment of SQL (-- or /* */).";
        }
        if (Table().Match(jinja) is { Success: true } table)
        {
            return $"write {table.Groups["name"].Value}.";
        }
        return Word().Match(jinja).Groups[1].Value switch
        {
            "config" => "write it under 'config' of the model in a .yml file of the mart.",
            "var" or "env_var" => "write the value.",
            "this" => "a model by ':since' needs no look at its own rows; write the condition with ':since'.",
            "if" when jinja.Contains("is_incremental", StringComparison.Ordinal) =>
                "write the condition with ':since' (where _load_seq > :since), which is 0 in a full build.",
            "doc" => "write the text.",
            _ => "write out the SQL that it makes.",
        };
    }

    private static (int Length, bool IsJinja) Part(string sql, int at, bool isText)
    {
        var rest = sql.AsSpan(at);
        if (!isText && rest.StartsWith("--"))
        {
            return (Until(rest, "\n", 0), false);
        }
        if (!isText && rest.StartsWith("/*"))
        {
            return (Until(rest, "*/", 2), false);
        }
        if (isText)
        {
            // A pattern of like may begin with {%, an array in an array with {{.
            return Call().Match(sql, at) is { Success: true } call && call.Index == at
                ? (call.Length, true) : (1, false);
        }
        return rest.StartsWith("{{") ? (Until(rest, "}}", 2), true)
            : rest.StartsWith("{%") ? (Until(rest, "%}", 2), true)
            : rest.StartsWith("{#") ? (Until(rest, "#}", 2), true)
            : (1, false);
    }

    private static int Until(ReadOnlySpan<char> rest, string end, int from)
    {
        var length = rest[from..].IndexOf(end);
        return length < 0 ? rest.Length : from + length + end.Length;
    }

    [GeneratedRegex(@"\{\{-?\s*(?:(?:\w+\.)*\w+\s*\(.*?\)[^{}]*|this\b[^{}]*|target\.[^{}]*)\}\}",
        RegexOptions.Singleline)]
    private static partial Regex Call();

    [GeneratedRegex(@"^\{\{-?\s*(?:ref|source)\(\s*(?:['""]\w+['""]\s*,\s*)?['""](?<name>\w+)['""]\s*\)\s*-?\}\}$")]
    private static partial Regex Table();

    [GeneratedRegex(@"^\{[{%]-?\s*(\w+)")]
    private static partial Regex Word();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
