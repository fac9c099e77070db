using Greenery.Sources;

namespace Greenery.Models.Dbt;

/// <summary>What <c>dbt_project.yml</c> says, as far as an import needs it.</summary>
/// <param name="folder">The project's folder.</param>
/// <param name="root">The file.</param>
internal sealed class DbtProject(string folder, PropertyMap root)
{
    /// <summary>The file at the top of each project of dbt.</summary>
    public const string FileName = "dbt_project.yml";

    public string Folder => folder;

    /// <summary>Reads it.</summary>
    /// <exception cref="ConfigurationException">The folder has none, or it is no YAML.</exception>
    public static DbtProject Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new ConfigurationException(folder, $"has no {FileName}; expected the folder of a project of dbt.");
        }
        var diagnostics = new List<Diagnostic>();
        return PropertyMap.Read(path, FileName, diagnostics) is { } root
            ? new DbtProject(folder, root)
            : throw new ConfigurationException(diagnostics);
    }

    /// <summary>The files of one of its folders, such as <c>model-paths</c>, by path.</summary>
    /// <param name="key">The key that names the folders.</param>
    /// <param name="usual">The folder where the key is not there.</param>
    /// <param name="endings">With their dots.</param>
    public IReadOnlyList<DbtFile> Files(string key, string usual, params IReadOnlyList<string> endings)
    {
        var named = root.Texts(key);
        return
        [
            .. (named.Count > 0 ? named : [usual]).Select(each => Path.Combine(folder, each)).Where(Directory.Exists)
                .SelectMany(top => Directory.EnumerateFiles(top, "*", SearchOption.AllDirectories)
                    .Where(path => endings.Contains(Path.GetExtension(path)))
                    .Select(path => new DbtFile(
                        path, Slashes(Path.GetRelativePath(folder, path)), Slashes(Path.GetRelativePath(top, path)))))
                .OrderBy(file => file.Place, StringComparer.Ordinal),
        ];
    }

    /// <summary>The value of a variable; null when the project has none of that name.</summary>
    public string? Variable(string name)
    {
        var vars = root.Map("vars");
        return vars?.Values().Where(value => value.Key == name && !value.IsJson).Select(value => value.Text)
            .FirstOrDefault() ?? vars?.Map(root.Text("name") ?? "")?.Text(name);
    }

    /// <summary>
    /// How models of a folder are materialized: the innermost folder that says it; null when none does.
    /// </summary>
    /// <param name="model">The model's file.</param>
    public string? Materialized(DbtFile model)
    {
        var map = root.Map("models")?.Map(root.Text("name") ?? "");
        var found = Of(map);
        foreach (var part in model.Path.Split('/').SkipLast(1))
        {
            map = map is not null && map.HasMap(part) ? map.Map(part) : null;
            found = Of(map) ?? found;
        }
        return found;
    }

    private static string? Of(PropertyMap? map) => map?.Text("+materialized") ?? map?.Text("materialized");

    private static string Slashes(string path) => path.Replace(Path.DirectorySeparatorChar, '/');
}

/// <summary>A file of a project of dbt.</summary>
/// <param name="FullPath">Where it is.</param>
/// <param name="Place">Below the project, for messages: <c>models/staging/stg_orders.sql</c>.</param>
/// <param name="Path">Below its folder of models or seeds: <c>staging/stg_orders.sql</c>.</param>
internal sealed record DbtFile(string FullPath, string Place, string Path)
{
    /// <summary>The name without the ending.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(FullPath);
}
