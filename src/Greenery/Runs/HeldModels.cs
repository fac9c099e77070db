using Greenery.Checks;
using Greenery.Models;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>
/// Models that keep the version readers see, because a drop of a table that they read was refused: what is in staging
/// of that table is not the whole day. All others are built, checked and published.
/// </summary>
internal sealed class HeldModels
{
    private readonly HashSet<string> _tables;

    private HeldModels(IEnumerable<string> tables) => _tables = tables.ToHashSet(StringComparer.Ordinal);

    /// <summary>No drop was refused.</summary>
    public static HeldModels None { get; } = new([]);

    /// <summary>By model's name: why, for people.</summary>
    public Dictionary<string, string> Reasons { get; } = new(StringComparer.Ordinal);

    /// <summary>With their marts, in the order of the catalogue.</summary>
    public IReadOnlyList<string> Names { get; } = [];

    /// <summary>What holds for a run, whose drops are loaded.</summary>
    public static async Task<HeldModels> ReadAsync(
        NpgsqlConnection connection, Project project, long runId, CancellationToken cancellationToken) =>
        Find(project, await connection.QueryAsync<string>(
            """
            select table_name
            from ops.run_drop
            inner join ops.drop using (drop_id)
            where run_id = @runId and outcome = 'refused'
            union
            -- Of a later date than the run's: staging may hold other drops of that date already.
            select table_name
            from ops.drop
            where state = 'refused' and not is_absent and table_name = any(@tables)
            order by table_name
            """, new { runId, tables = project.Catalogue.Sources.Select(source => source.Name).ToArray() },
            cancellationToken));

    /// <param name="project">Models and checks.</param>
    /// <param name="tables">Source tables of which a drop was refused.</param>
    public static HeldModels Find(Project project, IReadOnlyCollection<string> tables)
    {
        var held = new HeldModels(tables);
        var checks = project.Checks.Where(check => check.Severity == Severity.Error)
            .ToLookup(check => check.Model.Name, StringComparer.Ordinal);
        for (var before = -1; before < held.Reasons.Count;)
        {
            before = held.Reasons.Count;
            foreach (var model in project.Catalogue.Models.Where(model => !held.Reasons.ContainsKey(model.Name)))
            {
                if (held.Why(model, checks[model.Name], project.Catalogue) is { } why)
                {
                    held.Reasons.Add(model.Name, why);
                }
            }
        }
        return new HeldModels(tables, held.Reasons, project.Catalogue);
    }

    private HeldModels(IEnumerable<string> tables, Dictionary<string, string> reasons, ModelCatalogue catalogue)
        : this(tables)
    {
        Reasons = reasons;
        Names = [.. catalogue.Models.Where(model => reasons.ContainsKey(model.Name)).Select(model => $"{model}")];
    }

    /// <summary>The check compares with rows that are not of this run.</summary>
    public bool IsReadBy(Check check) => check.Reads.Any(name => _tables.Contains(name) || Reasons.ContainsKey(name));

    /// <summary>Whether a drop of any table was refused.</summary>
    public bool IsAny => _tables.Count > 0;

    /// <summary>Whether a drop of the table was refused.</summary>
    public bool IsRefused(string table) => _tables.Contains(table);

    /// <summary>The note for people; null when no model is held.</summary>
    public string? Describe() => Names.Count == 0 ? null
        : $"Not updated, because a drop of {string.Join(", ", _tables.Order(StringComparer.Ordinal))} was refused: "
            + $"{string.Join(", ", Names)}.";

    // A check of error severity is part of what a model promises: it cannot be judged by rows of another day. A view
    // that is held shows the rows of what it reads as they are.
    private string? Why(Model model, IEnumerable<Check> errorChecks, ModelCatalogue catalogue)
    {
        if (model.Sources.FirstOrDefault(_tables.Contains) is { } table)
        {
            return $"a drop of {table} was refused";
        }
        if (model.Models.FirstOrDefault(Reasons.ContainsKey) is { } parent)
        {
            return $"{parent} is held";
        }
        if (errorChecks.FirstOrDefault(IsReadBy) is { } check)
        {
            return $"its check {check.Id} reads what is held";
        }
        var view = catalogue.Models.FirstOrDefault(other => other.Materialization == Materialization.View
            && Reasons.ContainsKey(other.Name) && other.Models.Contains(model.Name));
        return view is null ? null : $"the view {view.Name}, which reads it, is held";
    }
}
