using Greenery.Models.Planning;
using Greenery.Publishing;
using Greenery.Staging.Discovery;

namespace Greenery.Runs;

/// <summary>What a run would do now.</summary>
/// <param name="Drops">To load, and what is noticed among the files.</param>
/// <param name="Tables">What is done with the tables of schema staging themselves.</param>
/// <param name="Models">To build and to reuse, in order.</param>
public sealed record RunPreview(
    DiscoveredDrops Drops, IReadOnlyList<string> Tables, IReadOnlyList<PlannedModel> Models)
{
    /// <summary>What readers would lose.</summary>
    public Withdrawal Withdrawal { get; init; } = Withdrawal.None;
}
