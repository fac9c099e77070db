using Greenery.Checks;
using Greenery.Models;
using Greenery.Models.Planning;
using Npgsql;

namespace Greenery.Runs;

/// <summary>
/// What every run evaluates, with or without new rows, because its SQL uses the time or a function that is
/// not immutable.
/// </summary>
/// <param name="Models">By model: what it uses, such as <c>now()</c>. The models that read it follow.</param>
/// <param name="Checks">The same by check, its <c>where</c> included.</param>
/// <param name="Metrics">The same by key figure.</param>
public sealed record EachRunSql(
    IReadOnlyDictionary<Model, string> Models, IReadOnlyDictionary<Check, string> Checks,
    IReadOnlyDictionary<Metric, string> Metrics)
{
    /// <summary>Reads the project's SQL, and what the database knows of the functions in it.</summary>
    public static async Task<EachRunSql> ReadAsync(
        NpgsqlConnection connection, Project project, CancellationToken cancellationToken)
    {
        var functions = await VolatileSql.ReadAsync(
            connection, project.Catalogue.Marts,
            [
                .. project.Catalogue.Models.Select(model => model.Sql), .. project.Checks.Select(SqlOf),
                .. project.Metrics.Select(metric => metric.Sql),
            ],
            cancellationToken);
        Dictionary<T, string> Find<T>(IEnumerable<T> all, Func<T, string> sqlOf)
            where T : notnull => all.Select(one => (one, Asks: functions.Find(sqlOf(one))))
            .Where(x => x.Asks is not null).ToDictionary(x => x.one, x => x.Asks!);
        return new EachRunSql(
            Find(project.Catalogue.Models, model => model.Sql), Find(project.Checks, SqlOf),
            Find(project.Metrics, metric => metric.Sql));
    }

    /// <summary>One sentence each, for people.</summary>
    public IEnumerable<string> Describe() =>
    [
        .. Models.Select(x => $"{x.Key.File}: model {x.Key} uses {x.Value}; each run builds it in full, and what reads "
            + "it."),
        .. Checks.Select(x => $"{x.Key.Place}: check {x.Key.Id} uses {x.Value}; each run evaluates it over all rows."),
        .. Metrics.Select(x => $"{x.Key.File}: key figure {x.Key.Name} uses {x.Value}; each run takes it."),
    ];

    private static string SqlOf(Check check) => check.Rule.Sql + (check.Where is { } where ? $"\n({where}\n)" : "");
}
