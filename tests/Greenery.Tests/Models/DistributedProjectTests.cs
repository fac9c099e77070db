using Greenery.Models;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Models;

/// <summary>What the distribution of some tables means for the others of a project.</summary>
public sealed class DistributedProjectTests
{
    private const string Union = "select user_id from buyers\nunion all\nselect user_id from users_seen\n";

    [Fact]
    public void A_project_that_distributes_nothing_has_all_its_tables_on_the_coordinator()
    {
        using var folder = Project("", "");

        var catalogue = folder.Catalogue();

        Assert.All(catalogue.Sources, source => Assert.Null(source.Distribution));
        Assert.All(catalogue.Models, model => Assert.Null(model.Distribution));
    }

    [Fact]
    public void Once_a_table_is_distributed_the_others_are_reference_tables_and_views_none()
    {
        using var folder = Project("distributed_by: user_id", "");
        folder.Write("marketing/all_buyers.sql", "select user_id from buyers");
        folder.Write("marketing/all.yml", "models: [{name: all_buyers, config: {materialized: view}}]");

        var catalogue = folder.Catalogue();

        Assert.All(catalogue.Sources, source => Assert.Equal(Distribution.Reference, source.Distribution));
        Assert.Equal(new Distribution("user_id"), catalogue["buyers"].Distribution);
        Assert.Equal(Distribution.Reference, catalogue["users_seen"].Distribution);
        Assert.Null(catalogue["all_buyers"].Distribution);
    }

    [Fact]
    public void A_partitioned_table_has_to_be_distributed_as_others_are()
    {
        using var folder = Project("distributed_by: user_id", "");
        folder.Write("sources.yml", ProjectFolder.Sources.Replace(
            "- name: orders\n", "- name: orders\n        config: {partition_by: ordered_on month}\n",
            StringComparison.Ordinal));

        Assert.Contains("'orders' has partition_by and no distributed_by", Assert.Single(folder.Diagnostics()),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("distributed_by: user_id", "", true)]
    [InlineData("", "distributed_by: user_id", true)]
    [InlineData("reference: true", "", false)]
    [InlineData("", "", false)]
    public void A_model_with_a_union_over_distributed_models_is_known_as_such(
        string buyers, string seen, bool isKnown)
    {
        using var folder = Project(buyers, seen);
        folder.Write("product/everyone.sql", Union);
        folder.Write("product/few.sql", "select user_id from buyers where 'union' <> '' -- union\n");

        var catalogue = folder.Catalogue();

        Assert.Equal(isKnown, catalogue["everyone"].UnitesDistributed);
        Assert.False(catalogue["few"].UnitesDistributed);
    }

    [Fact]
    public void Views_checks_and_metrics_with_a_union_over_distributed_models_are_refused()
    {
        using var folder = Project("distributed_by: user_id", "");
        folder.Write("marketing/all_buyers.sql", "select user_id from buyers");
        folder.Write("marketing/all.yml", "models: [{name: all_buyers, config: {materialized: view}}]");
        folder.Write("product/everyone.sql", Union.Replace("buyers", "all_buyers", StringComparison.Ordinal));
        folder.Write("product/product.yml", "models: [{name: everyone, config: {materialized: view}}]");
        folder.Write(
            "product/checks/twice.sql", $"select user_id from ({Union}) as united group by 1 having count(*) > 9");
        folder.Write("metrics/people.sql",
            "-- People (count): all of them.\nselect count(*)::numeric as value from (select user_id from "
            + "marketing.buyers\nunion select user_id from core.users_seen) as united\n");

        const string Why = "with a union over distributed models, which a cluster may compute wrongly without a word; "
            + "expected the union in a model with 'materialized: table', or by key.";
        Assert.Equal(
            [
                $"sql/metrics/people.sql:3: people is a metric {Why}",
                $"sql/product/checks/twice.sql:2: product.twice is a check {Why}",
                $"sql/product/everyone.sql:2: product.everyone is a view {Why}",
            ],
            folder.Diagnostics().Order(StringComparer.Ordinal));
    }

    private static ProjectFolder Project(string buyers, string seen) => new(
        ("core/users_seen.sql", "select user_id from users"),
        ("core/core.yml", $"models: [{{name: users_seen, config: {{{seen}}}}}]"),
        ("marketing/buyers.sql", "select user_id, count(*) as orders from orders group by user_id"),
        ("marketing/marketing.yml", $"models: [{{name: buyers, config: {{{buyers}}}}}]"));
}
