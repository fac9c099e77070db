namespace Greenery.Warehouse;

/// <summary>
/// Transactions of others held locks for longer than is reasonable to wait. Nothing was changed; the message names
/// them. No verdict on data, so the same can be tried again later.
/// </summary>
public sealed class BlockedException(string message) : InfrastructureException(message);
