using Platform.Abstractions.Alerts;

namespace Platform.Api.Alerts;

/// <summary>How a test went, channel by channel.</summary>
internal sealed record TestedChannels(AlertChannelView[] Channels);
