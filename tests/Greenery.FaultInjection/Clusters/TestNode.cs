namespace Greenery.FaultInjection.Clusters;

/// <summary>A server of a <see cref="TestCluster"/>, at the address where the others reach it.</summary>
internal sealed record TestNode(string Host, int Port, bool IsCoordinator)
{
    public override string ToString() => $"{Host}:{Port}";
}
