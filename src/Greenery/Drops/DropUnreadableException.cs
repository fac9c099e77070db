namespace Greenery.Drops;

/// <summary>The file exists and cannot be read until a user acts; the message says how.</summary>
public sealed class DropUnreadableException(string message) : Exception(message);
