namespace Greenery;

/// <summary>
/// The database or the storage cannot be used: not reachable, refused, gone. The message says place, finding and
/// what to do. The command line exits with 3.
/// </summary>
public class InfrastructureException(string message, Exception? inner = null) : Exception(message, inner);
