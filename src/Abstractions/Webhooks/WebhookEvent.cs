namespace Platform.Abstractions.Webhooks;

/// <summary>Something to be told to every endpoint that wants it.</summary>
/// <param name="Id">The same for who tells it again: each endpoint takes it once.</param>
/// <param name="Topic">Which endpoints want it: one of <see cref="WebhookEventTypes.All"/>.</param>
/// <param name="Type">As the body says it.</param>
/// <param name="Body">JSON with <c>type</c>, <c>timestamp</c> and <c>data</c>; at most <see cref="WebhookRules.MaxBody"/> bytes.</param>
[GenerateSerializer, Alias("webhook-event"), Immutable]
public sealed record WebhookEvent([property: Id(0)] Guid Id, [property: Id(1)] string Topic, [property: Id(2)] string Type, [property: Id(3)] string Body);
