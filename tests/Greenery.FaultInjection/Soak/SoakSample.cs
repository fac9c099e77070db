namespace Greenery.FaultInjection.Soak;

/// <summary>What a long-lived process and its database hold after a daily run.</summary>
/// <param name="MemoryMegabytes">Resident memory of <c>greenery serve</c>, in 1,048,576 bytes.</param>
/// <param name="Handles">Open files and sockets of the process.</param>
/// <param name="Threads">Threads of the process.</param>
/// <param name="Connections">Sessions of the process on the server.</param>
/// <param name="TempFiles">Files in its temp folder that are not empty.</param>
/// <param name="DatabaseMegabytes">Size of the database, in 1,048,576 bytes.</param>
/// <param name="Seconds">How long the daily run took, from the request to its report.</param>
internal sealed record SoakSample(
    double MemoryMegabytes, double Handles, double Threads, double Connections, double TempFiles,
    double DatabaseMegabytes, double Seconds);
