namespace Greenery.Drops;

/// <summary>The file is there and cannot be read until somebody does something; the message says what.</summary>
public sealed class DropUnreadableException(string message) : Exception(message);
