using Greenery.Runs;

namespace Greenery.Alerts.Messages;

/// <summary>On what occasion people are notified.</summary>
/// <param name="Run">The run that has ended; null for a poll between runs.</param>
/// <param name="Now">UTC.</param>
/// <param name="Readers">What readers see; null when nothing was ever published.</param>
internal sealed record NotificationContext(RunReport? Run, DateTime Now, ReaderView? Readers);
