namespace Greenery.Tests.Support;

/// <summary>A fact about a cluster (Citus); skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClusterFactAttribute : FactAttribute
{
    /// <summary>Tests of the cluster are of one collection, one at a time: some of them let its nodes crash.</summary>
    public const string Collection = "cluster";

    public ClusterFactAttribute()
    {
        if (TestCluster.Setting is null)
        {
            Skip = "No cluster is at hand (GREENERY_TEST_CITUS: connection string of a superuser to a database of the "
                + "coordinator with the extension citus and its nodes).";
        }
    }
}
