using Greenery.FaultInjection;

namespace Greenery.Tests.FaultInjection;

public sealed class FaultPlanTests
{
    private static readonly ExpectedResult Day = new(
        new DateOnly(2021, 2, 12), new Dictionary<string, IReadOnlyList<string>>(), "",
        [
            StepBoundary.Of("load:orders", "before", mart: 0),
            StepBoundary.Of("load:orders", "inside", mart: 0),
            StepBoundary.Of("publish", "after", mart: 0),
        ]);

    [Fact]
    public void On_a_cluster_half_are_kills_and_the_others_what_sql_can_do_there()
    {
        var planned = Planned(FaultInjectionOptions.OfCluster("Host=coordinator", disturbances: 80, seed: 1));

        Assert.Equal(40, planned.Count(kind => kind.IsKill()));
        Assert.Equal(
            [
                (DisturbanceKind.CutConnections, 10), (DisturbanceKind.CutNodes, 10), (DisturbanceKind.CrashNode, 10),
                (DisturbanceKind.CrashCoordinator, 10),
            ],
            planned.Where(kind => !kind.IsKill()).CountBy(kind => kind).OrderBy(count => count.Key)
                .Select(count => (count.Key, count.Value)));
    }

    [Fact]
    public void On_a_cluster_each_kind_comes_however_few_they_are()
    {
        var planned = Planned(FaultInjectionOptions.OfCluster("Host=coordinator", disturbances: 1, seed: 1));

        Assert.Equal(6, planned.Count);
        Assert.Equal(2, planned.Count(kind => kind.IsKill()));
    }

    [Fact]
    public void On_a_server_of_its_own_nothing_is_done_to_nodes()
    {
        var planned = Planned(FaultInjectionOptions.OfChaos(disturbances: 200, seed: 1));

        Assert.Equal(200, planned.Count);
        Assert.Equal(
            Enum.GetValues<DisturbanceKind>().Where(kind => kind < DisturbanceKind.CutNodes),
            planned.Distinct().Order());
    }

    [Fact]
    public void What_a_machine_cannot_do_is_left_out() => Assert.DoesNotContain(
        DisturbanceKind.Pooler,
        Planned(FaultInjectionOptions.OfChaos(disturbances: 200, seed: 1), DisturbanceKind.Pooler));

    private static List<DisturbanceKind> Planned(
        FaultInjectionOptions options, params IReadOnlyCollection<DisturbanceKind> impossible)
    {
        var plan = new FaultPlan(options, [Day], impossible, new Random(options.Seed));
        var planned = new List<DisturbanceKind>();
        while (plan.Open > 0)
        {
            planned.AddRange(plan.Draw(Day).Select(disturbance => disturbance.Kind));
        }
        return planned;
    }
}
