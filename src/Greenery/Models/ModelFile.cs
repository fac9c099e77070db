using Greenery.Models.Sql;
using Greenery.Sources;

namespace Greenery.Models;

/// <summary>Reads one model's .sql file and all properties that need no other file.</summary>
internal static class ModelFile
{
    /// <summary>
    /// The model, and the tables its select names. With a fault when the file is no single select; the model is there
    /// all the same, so that no message says that it does not exist.
    /// </summary>
    /// <param name="path">Where the file is.</param>
    /// <param name="file">How messages call it.</param>
    /// <param name="mart">The mart it belongs to.</param>
    /// <param name="timeZone">What <c>:time_zone</c> stands for.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    public static ModelText Read(
        string path, string file, string mart, string timeZone, ICollection<Diagnostic> diagnostics)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        if (Utf8File.Read(path, file, diagnostics) is not { } sql)
        {
            return Describe(name, mart, file, "", "", []);
        }
        if (Jinja.FindInSql(sql) is { Count: > 0 } templates)
        {
            foreach (var (i, (line, text)) in templates.Index())
            {
                diagnostics.Add(new Diagnostic($"{file}:{line}", Jinja.Refusal(text)
                    + (i == 0 ? " 'greenery import dbt' converts a whole project." : "")));
            }
            return Describe(name, mart, file, sql, sql, []);
        }
        try
        {
            var template = WithoutSemicolon(sql);
            sql = SqlParameters.FillTimeZone(template, SqlTokenizer.Tokenize(template), timeZone);
            var tokens = SqlTokenizer.Tokenize(sql);
            Verify(name, file, mart, tokens, diagnostics);
            return Describe(name, mart, file, sql, template, IsSelect(tokens) ? tokens : []);
        }
        catch (SqlTokenException exception)
        {
            diagnostics.Add(new Diagnostic($"{file}:{exception.Line}", $"{exception.Message}."));
            return Describe(name, mart, file, sql, sql, []);
        }
    }

    private static string WithoutSemicolon(string sql)
    {
        var tokens = SqlTokenizer.Tokenize(sql);
        return tokens.Count > 0 && tokens[^1].Is(";") ? sql[..tokens[^1].Start] : sql;
    }

    private static ModelText Describe(
        string name, string mart, string file, string sql, string template, List<SqlToken> tokens)
    {
        var (tables, commonTables) = SqlReferences.Find(tokens);
        var model = new Model
        {
            Name = name, Mart = mart, File = file, Sql = sql.TrimEnd(), Template = template.TrimEnd(), Tokens = tokens,
        };
        return new ModelText(model, tables, commonTables);
    }

    private static bool IsSelect(List<SqlToken> tokens) =>
        tokens.Count > 0 && (tokens[0].Is("select") || tokens[0].Is("with"));

    private static void Verify(
        string name, string file, string mart, List<SqlToken> tokens, ICollection<Diagnostic> diagnostics)
    {
        if (!SourceCatalogue.IsPlainName(name))
        {
            diagnostics.Add(
                new Diagnostic(file,
                "is no model name; expected lower-case letters, digits and _, at most 40, not beginning with a digit "
                + "or _, and no reserved word of SQL."));
        }
        if (name == ReservedWords.CheckedTable)
        {
            diagnostics.Add(new Diagnostic(file, ReservedWords.CheckedTableRefusal));
        }
        if (!IsSelect(tokens))
        {
            var found = tokens.Count == 0 ? "nothing" : $"'{tokens[0].Text}'";
            diagnostics.Add(new Diagnostic($"{file}:{(tokens.Count == 0 ? 1 : tokens[0].Line)}",
                $"begins with {found}; expected one statement that begins with select or with."));
        }
        if (tokens.Find(token => token.Is(";")) is { Line: > 0 } separator)
        {
            diagnostics.Add(new Diagnostic(
                $"{file}:{separator.Line}", "holds more than one statement; expected one select a file."));
        }
        foreach (var parameter in tokens.Where(token =>
            token.Kind == SqlTokenKind.Parameter && !SqlParameters.Of(mart).Contains(token.Text)))
        {
            var known = string.Join(" and ", SqlParameters.Of(mart).Append(SqlParameters.TimeZone)
                .Select(known => $":{known}"));
            diagnostics.Add(new Diagnostic(
                $"{file}:{parameter.Line}", $"unknown parameter ':{parameter.Text}'; expected none but {known}."));
        }
    }
}
