using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Greenery.Models.Sql;
using Greenery.Sources;

namespace Greenery.Models;

/// <summary>A named key figure: one select over the marts that returns one row with one number, <c>value</c>.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Title">For people: <c>Repeat rate</c>.</param>
/// <param name="Unit"><c>share</c>, <c>count</c>, <c>dollars</c>, the code of a currency (<c>EUR</c>; <c>money</c> in
/// the file is the project's), or any other word, which follows the number (<c>days</c>, <c>kg</c>).</param>
/// <param name="Description">What it counts.</param>
/// <param name="Sql">The select, over all days.</param>
public sealed partial record Metric(string Name, string Title, string Unit, string Description, string Sql)
{
    /// <summary>The files of <c>sql/metrics</c>, by name; none when there is no such folder.</summary>
    public static IReadOnlyList<Metric> ReadAll(
        string sqlFolder, ModelCatalogue catalogue, ICollection<Diagnostic> diagnostics)
    {
        var folder = Path.Combine(sqlFolder, "metrics");
        return Directory.Exists(folder)
            ? MetricProperties.Apply(
                folder, [.. Directory.GetFiles(folder, "*.sql").Order(StringComparer.Ordinal)
                    .Select(path => Read(path, catalogue, diagnostics)).OfType<Metric>()], diagnostics)
            : [];
    }

    /// <summary>The select with <c>:from_date</c> and <c>:to_date</c> as in the file.</summary>
    public string Template { get; private init; } = Sql;

    /// <summary>
    /// Whether it has a value for each day: its select uses <c>:from_date</c> and <c>:to_date</c>, or returns days.
    /// </summary>
    public bool IsDaily { get; init; }

    /// <summary>What its select returns for each day; null when it returns one number.</summary>
    public MetricDayColumns? Days { get; private init; }

    /// <summary>Which way it should move, as metrics.yml says.</summary>
    public MetricDirection Direction { get; init; }

    /// <summary>Its checks, as metrics.yml has them.</summary>
    public IReadOnlyList<DeclaredCheck> Checks { get; init; } = [];

    /// <summary>Whom it concerns (<c>meta</c>).</summary>
    public Ownership Ownership { get; init; } = Ownership.None;

    /// <summary>The models it reads.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>All marts of the project.</summary>
    public Marts Marts { get; init; } = Marts.Usual;

    /// <summary>How messages call the file.</summary>
    public string File => $"sql/metrics/{Name}.sql";

    /// <summary>The select as PostgreSQL can look at it before anything is published: models are named bare.</summary>
    public string ValidationSql => Bare(Sql);

    /// <summary>The value of one day, of the models as they are named bare.</summary>
    public string DaySql(DateOnly day)
    {
        var date = string.Create(CultureInfo.InvariantCulture, $"date '{day:yyyy-MM-dd}'");
        return Bare(SqlParameters.Fill(Template, SqlTokenizer.Tokenize(Template), _ => date));
    }

    /// <summary>The value of the days from one to another, of the models as readers see them.</summary>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    public string PeriodSql(DateOnly from, DateOnly to) => SqlParameters.Fill(
        Template, SqlTokenizer.Tokenize(Template),
        parameter => string.Create(CultureInfo.InvariantCulture,
            $"date '{(parameter == SqlParameters.FromDate ? from : to):yyyy-MM-dd}'"));

    private string Bare(string sql) => $"select value::numeric from ({BareNames(sql, Marts)}\n) as metric";

    /// <summary>SQL that finds the models by their bare names.</summary>
    internal static string BareNames(string sql, Marts marts)
    {
        var tokens = SqlTokenizer.Tokenize(sql);
        var bare = new StringBuilder();
        var at = 0;
        foreach (var (i, token) in tokens.Index().Where(x => IsSchema(tokens, x.Index, marts)))
        {
            bare.Append(sql, at, token.Start - at);
            at = tokens[i + 1].End;
        }
        return bare.Append(sql, at, sql.Length - at).ToString();
    }

    private static string AllTime(string parameter) =>
        parameter == SqlParameters.FromDate ? "date '-infinity'" : "date 'infinity'";

    private static bool IsSchema(List<SqlToken> tokens, int i, Marts marts) =>
        i + 1 < tokens.Count && marts.Has(tokens[i].Text) && tokens[i + 1].Is(".");

    private static Metric? Read(string path, ModelCatalogue catalogue, ICollection<Diagnostic> diagnostics)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var text = ModelFile.Read(
            path, $"sql/metrics/{Path.GetFileName(path)}", "metrics", catalogue.TimeZone, diagnostics);
        foreach (var table in text.Tables.Where(table =>
            table.Schema is null || catalogue.Find(table.Name)?.Mart != table.Schema))
        {
            diagnostics.Add(new Diagnostic($"{text.Model.File}:{table.Line}",
                $"reads '{(table.Schema is null ? "" : table.Schema + ".")}{table.Name}'; expected a "
                + "model with its mart, as readers see it (core.dim_users)."
                + Suggestion.Sentence(table.Name, catalogue.Models.Select(model => model.Name))));
        }
        if (text.Model.Sql.Length == 0)
        {
            return null;
        }
        if (catalogue.UnionFault(text.Model, $"{name} is a metric", text.Tables.Select(table => table.Name))
            is { } fault)
        {
            diagnostics.Add(fault);
        }
        var days = MetricDayColumns.Read(text, diagnostics);
        var template = days?.Template ?? text.Model.Sql;
        var match = Header().Match(text.Model.Sql.TrimStart().ReplaceLineEndings("\n"));
        if (match.Success)
        {
            return new Metric(name, match.Groups[1].Value, UnitOf(match.Groups[2].Value, catalogue),
                match.Groups[3].Value.Trim(),
                SqlParameters.Fill(template, SqlTokenizer.Tokenize(template), AllTime))
            {
                Template = template,
                Marts = catalogue.Marts,
                Days = days,
                IsDaily = days is not null || SqlParameters.Of("metrics").All(parameter =>
                    text.Model.Tokens.Any(token =>
                        token.Kind == SqlTokenKind.Parameter && token.Text == parameter)),
                Models = [.. text.Tables.Select(table => table.Name).Distinct()],
            };
        }
        diagnostics.Add(new Diagnostic($"sql/metrics/{name}.sql:1", "has no title; expected a first line such as "
            + "'-- Repeat rate (share): buyers with two or more orders among all buyers.' with share, count, money, "
            + "the code of a currency (EUR) or another word (days, kg)."));
        return null;
    }

    private static string UnitOf(string inFile, ModelCatalogue catalogue) =>
        inFile == "money" ? catalogue.Currency : inFile;

    [GeneratedRegex(@"^--\s*(.+?)\s*\(([A-Za-z%][A-Za-z%./ ]{0,19})\):\s*(.*)")]
    private static partial Regex Header();
}
