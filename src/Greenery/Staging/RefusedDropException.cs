namespace Greenery.Staging;

/// <summary>The file as a whole does not keep the contract. Caught by the loader, which makes it a result.</summary>
internal sealed class RefusedDropException(string message) : Exception(message);
