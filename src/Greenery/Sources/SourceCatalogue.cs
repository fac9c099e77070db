using System.Text.RegularExpressions;
using Greenery.Drops;

namespace Greenery.Sources;

/// <summary>
/// Reads <c>sql/sources.yml</c>, the contract of the source tables (dbt's sources format, read strictly).
/// </summary>
public static partial class SourceCatalogue
{
    /// <summary>How messages call the file.</summary>
    public const string FileName = "sql/sources.yml";

    /// <summary>
    /// All tables of all sources, of the file and of property files in the folders of models; faults are added to
    /// <paramref name="diagnostics"/>.
    /// </summary>
    /// <param name="sqlFolder">The project's folder.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    /// <param name="folders">Folders of models below it; none by default.</param>
    public static IReadOnlyList<SourceTable> Read(
        string sqlFolder, ICollection<Diagnostic> diagnostics, IReadOnlyList<string>? folders = null)
    {
        var beside = PropertyFiles.With("sources", sqlFolder, folders ?? [], diagnostics).ToList();
        var path = Path.Combine(sqlFolder, "sources.yml");
        if (beside.Count == 0 && !File.Exists(path))
        {
            diagnostics.Add(
                new Diagnostic(FileName, $"is not in {sqlFolder}; expected the contract of the source tables there. "
                + "Set Greenery:Sql to the folder that holds sources.yml, core, marketing and product."));
            return [];
        }
        var root = File.Exists(path) ? PropertyMap.Read(path, FileName, diagnostics)?.Allow("version") : null;
        var tables = beside.Prepend(root).OfType<PropertyMap>()
            .SelectMany(file => file.Maps("sources")).SelectMany(ReadSource).ToList();
        root?.Finish();
        SourceNames.Verify(tables, diagnostics);
        return tables;
    }

    /// <summary>Whether a name can be a table, model or column without quotes, with room for a suffix.</summary>
    internal static bool IsPlainName(string name) => PlainName().IsMatch(name) && !ReservedWords.Contains(name);

    private static List<SourceTable> ReadSource(PropertyMap source)
    {
        source.Allow("description", "database", "loader");
        var system = source.Text("name") ?? "";
        if (source.Text("schema") is { } schema && schema != "staging")
        {
            source.Refuse($"schema is '{schema}'; expected staging: all drops are loaded there.");
        }
        var config = source.Map("config");
        var defaults = Beside(source, config, TableConfigReader.Read(config, TableConfig.Default));
        var ownership = Ownership.Read(source.Map("meta"), Ownership.Read(config?.Map("meta")));
        if (defaults.History.Count > 0)
        {
            source.Refuse("has a history; expected it in the config of a table, because it names the table's columns.");
        }
        if (defaults.Partition is not null || defaults.Keep is not null)
        {
            source.Refuse("has a partition_by or keep; expected it in the config of a table: it is about its column.");
        }
        if (defaults.Distribution is { } distribution)
        {
            source.Refuse($"has a {distribution.Key}; expected it in the config of a table: it is about its rows.");
        }
        var tables = source.Maps("tables")
            .Select(table => ReadTable(table, defaults, ownership) with { System = system }).ToList();
        source.Finish();
        return tables;
    }

    // What dbt has beside config as well.
    private static TableConfig Beside(PropertyMap map, PropertyMap? below, TableConfig config) => config with
    {
        Freshness = TableConfigReader.ReadFreshness(map, config.Freshness),
        Tags = [.. config.Tags.Concat(map.Texts("tags")).Distinct()],
        LoadedAt = map.Reference(TableConfigReader.LoadedAt) ?? below?.Reference(TableConfigReader.LoadedAt)
            ?? config.LoadedAt,
    };

    private static SourceTable ReadTable(PropertyMap map, TableConfig defaults, Ownership above)
    {
        var name = map.RequiredText("name");
        if (name == ReservedWords.CheckedTable)
        {
            map.Refuse($"a table {ReservedWords.CheckedTableRefusal}");
        }
        if (name.Length > 0 && !IsPlainName(name))
        {
            map.Refuse($"'{name}' is no table name; expected lower-case letters, digits and _, at most 40, not "
                + $"beginning with a digit or _, and no reserved word of SQL.");
        }
        var options = map.Map("config");
        var config = Beside(map, options, TableConfigReader.Read(options, defaults));
        var key = map.Maps("constraints").SelectMany(ReadTableKey).ToList();
        var checks = new List<DeclaredCheck>();
        var paths = DropPattern.ReadAll(map);
        var columns = map.Maps("columns").Select(column => ReadColumn(column, key, config, checks)).ToList();
        var table = new SourceTable
        {
            Name = name,
            Description = map.Text("description") ?? "",
            Columns = columns,
            PrimaryKey = [.. key.Distinct()],
            DropName = config.DropName ?? name,
            Paths = paths,
            WarnAbove = config.WarnAbove,
            FailAbove = config.FailAbove,
            Snapshot = config.Snapshot,
            IsRequired = config.IsRequired,
            History = config.History,
            Partition = options is null ? null : config.Partition,
            Distribution = options is null ? null : config.Distribution,
            Keep = options is null ? null : config.Keep,
            KeepPlace = options?.Reference("keep")?.Place ?? "",
            Csv = config.Csv,
            Xlsx = config.Xlsx,
            RefusesDuplicateKeys = config.RefusesDuplicateKeys,
            MayBeEmpty = config.MayBeEmpty,
            Freshness = config.Freshness,
            Checks = [.. checks, .. DeclaredCheck.Read(map, column: null)],
            Ownership = Ownership.Read(map.Map("meta"), Ownership.Read(options?.Map("meta"), above)),
            Tags = config.Tags,
            LoadedAt = config.LoadedAt,
            Place = map.Place,
        };
        if (config.DropName is not null && map.Has("path"))
        {
            map.Refuse("has 'path' and 'config: drop'; expected one of them: path says how its files are called.");
        }
        Verify(map, table);
        if (options is not null)
        {
            PartitionConfig.Verify(options, table);
            DistributionConfig.Verify(options, table);
        }
        map.Finish();
        return table;
    }

    private static void Verify(PropertyMap map, SourceTable table)
    {
        if (table.DropName.IndexOfAny(['-', '.', '/']) >= 0)
        {
            map.Refuse($"no drop can be called '{table.DropName}'; expected a name without '-', '.' and '/', as in "
                + $"{DropName.Form}.");
        }
        foreach (var twice in table.Columns.GroupBy(column => column.Name).Where(group => group.Count() > 1))
        {
            map.Refuse($"column '{twice.Key}' of '{table.Name}' is described {twice.Count()} times; expected once.");
        }
        if (table.PrimaryKey.Count == 0)
        {
            map.Refuse($"'{table.Name}' has no primary key; expected 'constraints: [{{type: primary_key}}]' on a "
                + "column, or on the table with 'columns'.");
        }
        var names = table.Columns.Select(column => column.Name).ToArray();
        foreach (var missing in table.PrimaryKey.Except(names))
        {
            map.Refuse($"the primary key names '{missing}', which is no column of '{table.Name}'."
                + Suggestion.Sentence(missing, names));
        }
        VerifyHistory(map, table, names);
    }

    private static void VerifyHistory(PropertyMap map, SourceTable table, string[] names)
    {
        foreach (var unknown in table.History.Except(names))
        {
            map.Refuse($"the history names '{unknown}', which is no column of '{table.Name}'."
                + Suggestion.Sentence(unknown, names));
        }
        foreach (var key in table.History.Intersect(table.PrimaryKey))
        {
            map.Refuse($"the history names '{key}', which is part of the key of '{table.Name}': a row with another "
                + "key is another row. Expected columns that change.");
        }
        foreach (var taken in table.History.Concat(table.HasHistory ? table.PrimaryKey : [])
            .Intersect(SourceTable.Validity))
        {
            map.Refuse($"the history of '{table.Name}' has a column '{taken}' of its own; rename the table's, or "
                + $"leave it out.");
        }
        foreach (var twice in table.History.GroupBy(column => column).Where(group => group.Count() > 1))
        {
            map.Refuse($"the history names '{twice.Key}' {twice.Count()} times; expected once.");
        }
    }

    private static SourceColumn ReadColumn(
        PropertyMap map, List<string> key, TableConfig table, List<DeclaredCheck> checks)
    {
        var name = map.RequiredText("name");
        if (name.StartsWith('_') || name.Length > 63 || ReservedWords.SystemColumns.Contains(name))
        {
            map.Refuse($"'{name}' is no column name; expected at most 63 characters, not beginning with _ "
                + $"(reserved), and none of PostgreSQL's own ({string.Join(", ", ReservedWords.SystemColumns)}).");
        }
        var typeName = map.RequiredText("data_type");
        if (!ColumnType.TryParse(typeName, out var type) && typeName.Length > 0)
        {
            map.Refuse($"unknown data_type '{typeName}' of column '{name}'; expected {ColumnType.Known}.");
        }
        var constraints = map.Maps("constraints").Select(ReadColumnConstraint).ToList();
        if (constraints.Contains("primary_key"))
        {
            key.Add(name);
        }
        var shared = ColumnConfig.Read(map, hasMore: true);
        var config = shared.Config;
        checks.AddRange(DeclaredCheck.Read(map, name, shared.Tags));
        var column = new SourceColumn(
            name,
            type,
            IsRequired: constraints.Count > 0 || key.Contains(name),
            IsOptional: config?.Flag("optional") ?? false,
            IsPersonal: shared.IsPersonal ?? false,
            map.Text("description") ?? "")
        {
            SourceName = map.Text("from") ?? name,
            Nulls = config?.Has("nulls") == true ? config.Texts("nulls") : table.Nulls,
        };
        config?.Finish();
        map.Finish();
        return column;
    }

    private static string ReadColumnConstraint(PropertyMap map)
    {
        var type = map.RequiredText("type");
        if (type is not ("not_null" or "primary_key"))
        {
            map.Refuse($"unknown constraint '{type}'; expected not_null or primary_key.");
        }
        map.Finish();
        return type;
    }

    private static IReadOnlyList<string> ReadTableKey(PropertyMap map)
    {
        if (map.RequiredText("type") is var type && type != "primary_key")
        {
            map.Refuse($"unknown constraint '{type}' on a table; expected primary_key with 'columns'.");
        }
        var columns = map.Texts("columns");
        map.Finish();
        return columns;
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,39}$")]
    private static partial Regex PlainName();
}
