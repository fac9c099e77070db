using System.Text.RegularExpressions;
using Greenery.Sources;
using Greenery.Staging.Inference;

namespace Greenery.Models.Dbt;

/// <summary>
/// Converts a project of dbt into one of Greenery: models and checks with their templates written out as far as that is
/// plain, property files without what has no meaning here, and a source contract that is inferred from the seeds.
/// </summary>
public static partial class DbtImport
{
    // All models of dbt may read each other; a mart reads those before it only.
    private const string Mart = "core";

    private static readonly string[] Yaml = [".yml", ".yaml"];

    /// <summary>Reads the project; changes nothing.</summary>
    /// <param name="folder">Where <c>dbt_project.yml</c> is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConfigurationException">It is no project of dbt, or a file cannot be read.</exception>
    public static async Task<DbtImportResult> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var project = DbtProject.Read(folder);
        var left = new List<Diagnostic>();
        var template = new DbtTemplate(project, new DbtMacros(
            project.Files("macro-paths", "macros", ".sql").Select(file => File.ReadAllText(file.FullPath))));
        var files = new List<(string Path, string Text)>();
        var models = Models(project, template);
        left.AddRange(models.SelectMany(model => model.Sql.Left));
        var properties = new DbtProperties(
            models.DistinctBy(model => model.File.Name).ToDictionary(model => model.File.Name), Docs(project));
        files.AddRange(models.Select(model => ($"{Mart}/{model.File.Path}", model.Sql.Text)));
        foreach (var file in project.Files("model-paths", "models", Yaml))
        {
            if (properties.Convert(file, left) is { } text)
            {
                files.Add(($"{Mart}/{file.Path}", text));
            }
        }
        if (properties.Rest(left) is { } rest)
        {
            files.Add(($"{Mart}/imported.yml", rest));
        }
        AddChecks(project, template, files, left);
        var seeds = project.Files("seed-paths", "seeds", ".csv");
        files.Add(("sources.yml", await SourcesAsync(seeds, cancellationToken)));
        AddMissing(project, properties, seeds, left);
        return new DbtImportResult(files, models.Count, left,
            [.. models.Where(model => !model.Sql.IsPlain).Select(model => model.File.Name)])
        {
            Seeds = [.. seeds.Select(seed => seed.FullPath)],
        };
    }

    private static List<DbtModel> Models(DbtProject project, DbtTemplate template)
    {
        var files = project.Files("model-paths", "models", ".sql");
        var names = files.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. files.Select(file =>
            {
                var sql = template.Convert(File.ReadAllText(file.FullPath), file.Place);
                return new DbtModel(
                    file, sql, project.Materialized(file), sql.Tables.Any(table => !names.Contains(table)));
            }),
        ];
    }

    private static void AddChecks(
        DbtProject project, DbtTemplate template, List<(string Path, string Text)> files, List<Diagnostic> left)
    {
        foreach (var file in project.Files("test-paths", "tests", ".sql"))
        {
            var check = template.Convert(File.ReadAllText(file.FullPath), file.Place);
            left.AddRange(check.Left);
            if (check.IsPlain)
            {
                files.Add(($"{Mart}/checks/{file.Name}.sql", check.Text));
            }
            else
            {
                left.Add(new Diagnostic(file.Place, "was left out: its templates are no plain SQL."));
            }
        }
    }

    private static async Task<string> SourcesAsync(IReadOnlyList<DbtFile> seeds, CancellationToken cancellationToken) =>
        seeds.Count == 0
            ? "version: 2\nsources: []\n"
            : await ContractInference.InferAsync([.. seeds.Select(seed => seed.FullPath)], cancellationToken);

    private static void AddMissing(
        DbtProject project, DbtProperties properties, IReadOnlyList<DbtFile> seeds, List<Diagnostic> left)
    {
        foreach (var table in properties.SourceTables.Where(table => seeds.All(seed => seed.Name != table.Name)))
        {
            left.Add(new Diagnostic(table.Place, $"source table '{table.Name}' was left out: no seed shows its "
                + "columns. Write its contract from a file with 'greenery infer'."));
        }
        string[] all = [".sql", ".yml", ".yaml", ".py"];
        foreach (var (key, usual, why) in new[]
        {
            ("snapshot-paths", "snapshots", "versions of rows are kept by 'config: {history: [...]}' of a source "
                + "table"),
            ("analysis-paths", "analyses", "dbt does not run it either"),
        })
        {
            left.AddRange(project.Files(key, usual, all)
                .Select(file => new Diagnostic(file.Place, $"was left out: {why}.")));
        }
        left.AddRange(project.Files("model-paths", "models", ".py")
            .Select(file => new Diagnostic(file.Place, "was left out: models are SQL here.")));
    }

    private static Dictionary<string, string> Docs(DbtProject project) =>
        project.Files("model-paths", "models", ".md")
            .SelectMany(file => Block().Matches(File.ReadAllText(file.FullPath)))
            .DistinctBy(match => match.Groups["name"].Value)
            .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["text"].Value.Trim());

    [GeneratedRegex(@"\{%-?\s*docs\s+(?<name>\w+)\s*-?%\}(?<text>.*?)\{%-?\s*enddocs\s*-?%\}", RegexOptions.Singleline)]
    private static partial Regex Block();
}
