using System.Text.RegularExpressions;
using Greenery.Models;
using Greenery.Models.Sql;
using Greenery.Sources;

namespace Greenery.Checks;

/// <summary>
/// Checks that are queries of their own: <c>sql/&lt;mart&gt;/checks/&lt;name&gt;.sql</c>, whose rows are the offenders.
/// Comment lines at the top may say <c>severity: warn</c>, <c>owner: ...</c>, <c>subscribers: ..., ...</c>,
/// <c>channel: ...</c> and <c>open: ..., ...</c> (columns that hold no personal data); the others are the description.
/// </summary>
internal static partial class QueryChecks
{
    public static IEnumerable<Check> Read(
        string sqlFolder, ModelCatalogue catalogue, ICollection<Diagnostic> diagnostics) => catalogue.Marts.InOrder
        .Select(mart => (mart, folder: Path.Combine(sqlFolder, mart, "checks")))
        .Where(x => Directory.Exists(x.folder))
        .SelectMany(x =>
        Directory.GetFiles(x.folder, "*.sql").Order(StringComparer.Ordinal).Select(path => (x.mart, path)))
        .Select(x => ReadOne(x.path, x.mart, catalogue, diagnostics))
        .OfType<Check>();

    private static Check? ReadOne(
        string path, string mart, ModelCatalogue catalogue, ICollection<Diagnostic> diagnostics)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var file = $"sql/{mart}/checks/{name}.sql";
        var text = ModelFile.Read(path, file, mart, catalogue.TimeZone, diagnostics);
        if (text.Model.Tokens.Count == 0)
        {
            return null;
        }
        var models = text.Tables.Select(table => catalogue.Find(table.Name)).OfType<Model>().ToList();
        foreach (var unknown in text.Tables.Where(table => table.Schema is not null || !IsKnown(table.Name, catalogue)))
        {
            diagnostics.Add(new Diagnostic($"{file}:{unknown.Line}",
                $"reads '{unknown.Name}', which is no model or source table; expected bare names of these."
                + Suggestion.Sentence(unknown.Name, catalogue.Models.Select(model => model.Name))));
        }
        if (models.Count == 0)
        {
            diagnostics.Add(
                new Diagnostic(file, "reads no model; expected a query on models whose rows are the offenders."));
            return null;
        }
        if (catalogue.UnionFault(text.Model, $"{mart}.{name} is a check", models.Select(model => model.Name))
            is { } fault)
        {
            diagnostics.Add(fault);
        }
        var sources = catalogue.Sources.Where(source => text.Tables.Any(table => source.IsReadAs(table.Name)))
            .ToList();
        return Describe(name, file, mart, text.Model, models, sources, diagnostics);
    }

    private static Check Describe(
        string name, string file, string mart, Model text, List<Model> models, List<SourceTable> sources,
        ICollection<Diagnostic> diagnostics)
    {
        var (sql, tokens) = (text.Sql, text.Tokens);
        var comments = Header(sql).Select(line => line.Text).ToList();
        VerifyHeader(file, sql, diagnostics);
        var said = comments.Select(line => Setting().Match(line)).Where(match => match.Success)
            .ToLookup(match => match.Groups[1].Value.ToLowerInvariant(), match => match.Groups[2].Value);
        var severity = said["severity"].FirstOrDefault() ?? "error";
        if (severity is not ("error" or "warn"))
        {
            diagnostics.Add(new Diagnostic(file, $"unknown severity '{severity}'; expected error or warn."));
        }
        return new Check
        {
            Id = $"{mart}.{name}",
            Model = models.OrderBy(model => model.Marts.Rank(model.Mart)).Last(),
            Kind = "query",
            Rule = new SetCheckRule(
                $"select (select count(*) from t) as looked_at, (select count(*) from ({sql}\n) as offender) as "
                    + $"failing",
                $"select * from ({sql}\n) as offender"),
            Severity = severity == "warn" ? Severity.Warn : Severity.Error,
            Description = string.Join(' ', comments.Where(line => !Setting().IsMatch(line))),
            Ownership = ReadOwnership(
                file, sql, models.OrderBy(model => model.Marts.Rank(model.Mart)).Last().Ownership),
            Place = file,
            Mask = RowMask.OfQuery(
                tokens,
                [
                    .. models.SelectMany(model => model.Columns).Where(column => column.IsPersonal)
                        .Select(column => column.Name),
                    .. sources.SelectMany(source => source.Columns).Where(column => column.IsPersonal)
                        .Select(column => column.Name),
                ],
                [
                    .. models.Select(model => model.Name), .. sources.Select(source => source.Name),
                    .. sources.Where(source => source.HasHistory).Select(source => source.HistoryName),
                ],
                [.. said["open"].SelectMany(SplitNames)]),
        };
    }

    private static Ownership ReadOwnership(string file, string sql, Ownership above)
    {
        var said = Header(sql).Select(line => (line.Line, Match: Setting().Match(line.Text)))
            .Where(line => line.Match.Success)
            .ToLookup(
                line => line.Match.Groups[1].Value.ToLowerInvariant(),
                line => new SourceReference(line.Match.Groups[2].Value, $"{file}:{line.Line}"));
        var subscribers = said["subscribers"].SelectMany(line =>
            SplitNames(line.Name).Select(name => line with { Name = name }));
        return new Ownership
        {
            Owner = said["owner"].FirstOrDefault() ?? above.Owner,
            Subscribers = [.. subscribers.Concat(above.Subscribers).DistinctBy(reference => reference.Name)],
            Channel = said["channel"].FirstOrDefault() ?? above.Channel,
        };
    }

    private static string[] SplitNames(string list) =>
        list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool IsKnown(string name, ModelCatalogue catalogue) =>
        catalogue.Find(name) is not null || catalogue.Sources.Any(source => source.IsReadAs(name));

    // Comment lines before the query begins; blank lines among them do not end them.
    private static IEnumerable<(int Line, string Text)> Header(string sql) =>
        sql.TrimStart('\ufeff').ReplaceLineEndings("\n").Split('\n').Index()
        .Select(line => (Line: line.Index + 1, Text: line.Item.Trim()))
        .TakeWhile(line => line.Text.Length == 0 || line.Text.StartsWith("--", StringComparison.Ordinal))
        .Where(line => line.Text.Length > 0)
        .Select(line => (line.Line, line.Text.TrimStart('-').Trim()));

    // A misspelt setting would be taken for a description, and a warning would stop the run.
    private static void VerifyHeader(string file, string sql, ICollection<Diagnostic> diagnostics)
    {
        foreach (var (line, text) in Header(sql))
        {
            var word = SettingLike().Match(text) is { Success: true } match ? match.Groups[1].Value : null;
            var hint = word is null || Setting().IsMatch(text) ? ""
                : Suggestion.Sentence(word.ToLowerInvariant(), Settings);
            if (word is not null && !Setting().IsMatch(text)
                && (hint.Length > 0 || Settings.Contains(word.ToLowerInvariant())))
            {
                diagnostics.Add(new Diagnostic(
                    $"{file}:{line}", $"'{text}' is no setting; expected '-- severity: warn' or the like, with one of "
                    + $"{string.Join(", ", Settings)} and a value.{hint}"));
            }
        }
    }

    private static readonly string[] Settings = ["severity", "owner", "subscribers", "channel", "open"];

    [GeneratedRegex(@"^(\w+)\s*:")]
    private static partial Regex SettingLike();

    [GeneratedRegex(@"^(severity|owner|subscribers|channel|open)\s*:\s*(\S.*)$", RegexOptions.IgnoreCase)]
    private static partial Regex Setting();
}
