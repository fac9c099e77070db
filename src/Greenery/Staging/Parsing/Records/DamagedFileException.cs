namespace Greenery.Staging.Parsing.Records;

/// <summary>A file is not of its format. The message says what was found, and has no value of the file.</summary>
internal sealed class DamagedFileException(string message, Exception? cause = null) : Exception(message, cause);
