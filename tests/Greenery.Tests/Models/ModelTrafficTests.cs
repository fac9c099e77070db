using Greenery.Models;
using Greenery.Tests.Support;

namespace Greenery.Tests.Models;

/// <summary>What a plan of Citus says of the rows that move, in words.</summary>
public sealed class ModelTrafficTests
{
    // Shortened plans of Citus 13.2: what is not looked at is left out.
    private const string Pushed =
        """
        [{"Plan": {"Custom Plan Provider": "Citus Adaptive", "Distributed Query": {"Job": {"Task Count": 8, "Tasks": [
            {"Remote Plan": [[{"Plan": {"Operation": "Insert", "Relation Name": "t1_102025", "Plans": [
                {"Node Type": "Seq Scan", "Relation Name": "ev_102008"}]}}]]}]}}}}]
        """;

    private const string ThroughCoordinator =
        """
        [{"Plan": {"INSERT/SELECT method": "pull to coordinator", "Select Query": [{"Plan": {"Distributed Query": {
            "Job": {"Tasks": [{"Remote Plan": [[{"Plan": {"Relation Name": "ev_102008"}}]]}]}}}}]}}]
        """;

    private const string Shuffled =
        """
        [{"Plan": {"INSERT/SELECT method": "pull to coordinator", "Select Query": [{"Plan": {"Distributed Query": {
            "Job": {"Task Count": 12, "Tasks Shown": "None, not supported for re-partition queries",
                "Dependent Jobs": [{"Map Task Count": 8}, {"Map Task Count": 8}]}}}}]}}]
        """;

    private const string WithSubplan =
        """
        [{"Plan": {"INSERT/SELECT method": "repartition", "Select Query": [{"Plan": {"Distributed Query": {
            "Subplans": [{"PlannedStmt": [{"Plan": {"Distributed Query": {"Job": {"Tasks": [
                {"Remote Plan": [[{"Plan": {"Plans": [
                    {"Relation Name": "ev_102008"}, {"Relation Name": "daily_2_102016"}]}}]]}]}}}}]}],
            "Job": {"Tasks": [{"Remote Plan": [[{"Plan": {"Relation Name": "od_102017"}}]]}]}}}}]}}]
        """;

    private const string WithUnknownSubplan =
        """
        [{"Plan": {"Distributed Query": {"Subplans": [{"PlannedStmt": [{"Plan": {"Distributed Query": {"Job": {
            "Dependent Jobs": [{"Map Task Count": 8}]}}}}]}]}}}]
        """;

    [Theory]
    [InlineData(Pushed, "core.a: each node computes and keeps its own rows.")]
    [InlineData(ThroughCoordinator, "core.a: its rows go through the coordinator.")]
    [InlineData(Shuffled, "core.a: its rows go through the coordinator; rows that it reads move between the nodes.")]
    [InlineData(WithSubplan, "core.a: its rows are sent from the nodes that compute them to those that keep them; "
        + "subqueries of daily_2, ev go through the coordinator first.")]
    [InlineData(WithUnknownSubplan, "core.a: rows that it reads move between the nodes; subqueries of joins go through "
        + "the coordinator first.")]
    [InlineData("""[{"Plan": {"Node Type": "ModifyTable"}}]""", "core.a: each node computes and keeps its own rows.")]
    public void A_plan_is_read(string plan, string words)
    {
        using var folder = new ProjectFolder(
            ("core/a.sql", "select order_id from orders"), ("core/core.yml", "models:\n  - name: a\n"));

        Assert.Equal(words, ClusterPlanner.Read(folder.Read().Catalogue["a"], plan).Describe());
    }
}
