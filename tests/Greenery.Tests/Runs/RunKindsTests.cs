using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Tests.Runs;

/// <summary>What a run was started by decides what it says of a business date and of readers.</summary>
public sealed class RunKindsTests
{
    private static readonly RunTrigger[] Daily =
        [RunTrigger.Cli, RunTrigger.Schedule, RunTrigger.Http, RunTrigger.Demo];

    public static TheoryData<RunTrigger> Triggers => [.. Enum.GetValues<RunTrigger>()];

    // A trigger that is new has to be put into one of the lists.
    [Theory]
    [MemberData(nameof(Triggers))]
    public void Each_trigger_is_a_daily_run_or_named_as_none(RunTrigger trigger) =>
        Assert.Equal(
            !Daily.Contains(trigger),
            RunKinds.IsDaily.Contains($"'{EnumText.Name(trigger)}'", StringComparison.Ordinal));

    [Theory]
    [InlineData(RunTrigger.Try)]
    [InlineData(RunTrigger.Move)]
    public void A_run_that_shows_readers_nothing_is_not_for_them(RunTrigger trigger) =>
        Assert.Contains($"'{EnumText.Name(trigger)}'", RunKinds.IsForReaders, StringComparison.Ordinal);
}
