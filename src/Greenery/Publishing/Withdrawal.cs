using Greenery.Models;
using Greenery.Warehouse;

namespace Greenery.Publishing;

/// <summary>
/// Models that readers see and the project has no more: the next publication drops their views. Many at once are more
/// likely a wrong folder than a decision, so they need a word of consent.
/// </summary>
/// <param name="Models">With their marts.</param>
/// <param name="Published">How many models readers see, these among them.</param>
public sealed record Withdrawal(IReadOnlyList<string> Models, int Published)
{
    /// <summary>Up to so many go without a word, if they are no more than one in <see cref="SmallPart"/>.</summary>
    public const int Few = 3;

    /// <summary>A quarter of what is published.</summary>
    public const int SmallPart = 4;

    private const int ModelsNamed = 10;

    /// <summary>Readers lose nothing.</summary>
    public static Withdrawal None { get; } = new([], 0);

    /// <summary>Whether a run has to be asked for it: more than <see cref="Few"/>, or more than a quarter.</summary>
    public bool NeedsConsent => Models.Count > Few || Models.Count * SmallPart > Published;

    /// <summary>What the publication of a project would take away now.</summary>
    public static async Task<Withdrawal> ReadAsync(
        PostgresWarehouse warehouse, ModelCatalogue catalogue, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var published = await connection.QueryAsync<string>(
            "select mart || '.' || model from ops.live order by 1", null, cancellationToken);
        return new Withdrawal(
            [.. published.Except(catalogue.Models.Select(model => model.ToString()))], published.Count);
    }

    /// <summary>Why a run that was not asked to do so does not publish.</summary>
    /// <param name="sqlFolder">Where the project was read.</param>
    public string Refusal(string sqlFolder) =>
        $"Readers would lose {Models.Count} of {Published} models: {Named(Models)}. {sqlFolder} (Greenery:Sql) has "
        + "them no more. Nothing was loaded or published. Is it the right folder? If they are to go: 'greenery run "
        + "--withdraw', or POST /api/runs with {\"withdraw\": true}.";

    /// <summary>What readers lost, for people; null when nothing.</summary>
    /// <param name="models">With their marts.</param>
    public static string? Describe(IReadOnlyList<string> models) => models.Count == 0 ? null
        : $"Readers lost {Named(models)}: the project has {(models.Count == 1 ? "it" : "them")} no more. "
            + "'greenery rollback' shows the run before again.";

    private static string Named(IReadOnlyList<string> models) => NameList.Of(models, most: ModelsNamed);
}
