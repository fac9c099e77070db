using System.Text.RegularExpressions;
using Greenery.Models;
using Greenery.Schemas;
using Greenery.Sources;
using Greenery.Staging.Inference;

namespace Greenery.Cli.Scaffolding;

/// <summary>Writes the files that a project begins with.</summary>
/// <param name="folder">Where to; files that are there are never replaced.</param>
internal sealed partial class ProjectScaffold(string folder)
{
    private const string SchemaFolder = "schemas";

    private const string Templates = "Greenery.Cli.Scaffolding.Templates.";

    private static readonly string[] RowFiles = [".csv", ".json", ".ndjson", ".jsonl", ".xlsx", ".parquet", ".gz"];

    private static readonly string Version = typeof(ProjectScaffold).Assembly.GetName().Version!.ToString(3);

    private readonly List<(string Path, string Text)> _files = [];

    /// <summary>A name that the folder's own gives.</summary>
    public string Name { get; } = NameOf(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))));

    /// <summary>What every project has.</summary>
    /// <param name="drops">Where the drops are; null where that is not known.</param>
    public ProjectScaffold AddCommon(string? drops)
    {
        Add("sql/project.yml", Template("project.yml"));
        Add("greenery.settings.sample.json", Template("settings.json").Replace(
            "{drops}", Json(drops is null ? "drops" : Path.GetFullPath(drops)), StringComparison.Ordinal));
        Add(".gitignore", Template("gitignore"));
        Add(".sqlfluff", Template("sqlfluff"));
        Add(".pre-commit-config.yaml", Template("pre-commit-config.yaml"));
        Add(".github/workflows/validate.yml", Template("validate.yml"));
        Add("README.md", Template("README.md"));
        foreach (var (name, schema) in ProjectSchemas.WriteAll())
        {
            Add($"{SchemaFolder}/{ProjectSchemas.FileOf(name)}", schema);
        }
        return this;
    }

    /// <summary>A contract without tables.</summary>
    public void AddEmpty() => Add("sql/sources.yml", Template("sources.yml"));

    /// <summary>The sample shop that lies beside the program.</summary>
    /// <exception cref="ConfigurationException">It does not.</exception>
    public void AddShop(string sqlFolder)
    {
        if (!Directory.Exists(sqlFolder))
        {
            throw new ConfigurationException(
                "--example shop", $"{sqlFolder} is not there; expected the sample shop beside the program. Copy the "
                + "folder sql of its publication there, or begin with --example empty.");
        }
        foreach (var file in Directory.GetFiles(sqlFolder, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal))
        {
            var path = Path.GetRelativePath(sqlFolder, file).Replace(Path.DirectorySeparatorChar, '/');
            if (path != "project.yml")
            {
                Add($"sql/{path}", File.ReadAllText(file));
            }
        }
    }

    /// <summary>A contract that takes the drops as they are, a model of each table, and its number of rows.</summary>
    /// <exception cref="ConfigurationException">There is no file with rows, or one cannot be read.</exception>
    public async Task AddFromDropsAsync(string drops, CancellationToken cancellationToken)
    {
        var files = Directory.Exists(drops) ? Directory.GetFiles(drops, "*", SearchOption.AllDirectories)
            .Where(file => RowFiles.Contains(Path.GetExtension(file).ToLowerInvariant()))
            .Order(StringComparer.Ordinal).ToArray() : [];
        if (files.Length == 0)
        {
            throw new ConfigurationException(
                drops, "holds no file with rows; expected a folder with files that end with "
                + $"{string.Join(", ", RowFiles)}, such as 2026-11-21/orders.csv.");
        }
        var contract = await ContractInference.InferAsync(files, cancellationToken);
        Add("sql/sources.yml", contract);
        foreach (var (path, text) in FirstModels.Of(ReadContract(contract)))
        {
            Add($"sql/{path}", text);
        }
    }

    /// <summary>Writes all files, or none.</summary>
    /// <returns>Their paths.</returns>
    /// <exception cref="ConfigurationException">One is there already, or cannot be written.</exception>
    public IReadOnlyList<string> Write()
    {
        if (_files.Select(file => file.Path).Where(path => File.Exists(Path.Combine(folder, path))).ToList()
            is { Count: > 0 } taken)
        {
            throw new ConfigurationException(
                folder, $"has {string.Join(", ", taken)} already; expected a folder without. Nothing was written. "
                + "Choose another folder, or move these files.");
        }
        try
        {
            foreach (var (path, text) in _files)
            {
                var file = Path.Combine(folder, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, text);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(folder, $"cannot be written to: {exception.Message}");
        }
        return [.. _files.Select(file => file.Path)];
    }

    // What is not sure of it is a comment in it; what is wrong is found by 'greenery validate'.
    private static IReadOnlyList<SourceTable> ReadContract(string contract)
    {
        var temp = Directory.CreateTempSubdirectory("greenery-init-");
        try
        {
            File.WriteAllText(Path.Combine(temp.FullName, "sources.yml"), contract);
            return [.. SourceCatalogue.Read(temp.FullName, []).Where(table => table.PrimaryKey.Count > 0)];
        }
        finally
        {
            temp.Delete(recursive: true);
        }
    }

    private void Add(string path, string text) => _files.Add((path, $"{SchemaLine(path)}{text}"));

    // Editors with a YAML language server go by this line: it completes keys, and marks those that no reader knows.
    private static string SchemaLine(string path) => SchemaOf(path) is not { } name ? ""
        : $"# yaml-language-server: $schema={string.Concat(Enumerable.Repeat("../", path.Count(c => c == '/')))}"
            + $"{SchemaFolder}/{ProjectSchemas.FileOf(name)}\n";

    private static string? SchemaOf(string path) => path switch
    {
        "sql/project.yml" => "project",
        "sql/sources.yml" => "sources",
        "sql/exposures.yml" => "exposures",
        "sql/metrics/metrics.yml" => "metrics",
        _ => path.StartsWith("sql/", StringComparison.Ordinal) && path.EndsWith(".yml", StringComparison.Ordinal)
            ? "models" : null,
    };

    private string Template(string name)
    {
        using var reader = new StreamReader(
            typeof(ProjectScaffold).Assembly.GetManifestResourceStream(Templates + name)!);
        return reader.ReadToEnd()
            .Replace("{name}", Name, StringComparison.Ordinal)
            .Replace("{version}", Version, StringComparison.Ordinal);
    }

    private static string Json(string text) => System.Text.Json.JsonEncodedText.Encode(text).ToString();

    private static string NameOf(string folder)
    {
        var name = Others().Replace(folder, "-").Trim('-', '.', '_');
        return name.Length == 0 ? "project" : name[..Math.Min(name.Length, 63)];
    }

    [GeneratedRegex("[^A-Za-z0-9._-]+")]
    private static partial Regex Others();
}
