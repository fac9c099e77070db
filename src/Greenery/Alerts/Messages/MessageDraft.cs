using Greenery.Alerts.Incidents;
using Greenery.Alerts.Routing;

namespace Greenery.Alerts.Messages;

/// <summary>A message that is about to lie in the outbox.</summary>
/// <param name="Topic">What it is about: <c>run</c>, <c>look</c>, <c>channel</c>, <c>digest</c>.</param>
/// <param name="Recipient">Whom it goes to.</param>
/// <param name="Message">What it says.</param>
/// <param name="Changes">The changes it tells of.</param>
/// <param name="NotBefore">When it may go out at the earliest; UTC.</param>
/// <param name="RunId">The run whose end is the occasion; null for none.</param>
internal sealed record MessageDraft(
    string Topic, Recipient Recipient, Message Message, IReadOnlyList<IncidentEvent> Changes, DateTime NotBefore,
    long? RunId);
