namespace Greenery;

/// <summary>
/// Settings, contract or models are wrong. Thrown before anything is touched, with all faults found, so that they
/// can be mended in one go. Never retried. The command line exits with 2.
/// </summary>
public sealed class FaultException(IReadOnlyList<Fault> faults)
    : Exception(string.Join(Environment.NewLine, faults))
{
    public FaultException(string place, string message)
        : this([new Fault(place, message)])
    {
    }

    public IReadOnlyList<Fault> Faults { get; } = faults;
}
