using System.Text.Json;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;

namespace Platform.Api.Mcp;

/// <summary>-32022 carries what was asked for and what is served.</summary>
internal sealed record UnsupportedVersion(string Requested)
    : Problem(ProblemCode.UnsupportedVersion, "Unsupported protocol version");

/// <summary>403 with the scope that is missing, so that a client can ask for it.</summary>
internal sealed record MissingScope(string Scope) : Problem(ProblemCode.PermissionDenied, $"This needs the permission '{Scope}'.");

/// <summary>MCP 2026-07-28, Resources: the error repeats the URI that was asked for.</summary>
internal sealed record MissingResource(string Uri) : Problem(ProblemCode.ResourceNotFound, "Resource not found");

/// <summary>-32021 names what the client would have to declare.</summary>
internal sealed record MissingFeatures(ClientFeatures Required) : Problem(ProblemCode.MissingCapability, "Missing required client capability")
{
    /// <summary>MCP 2026-07-28, MissingRequiredClientCapabilityError: a <c>ClientCapabilities</c> object, not a list of names.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("requiredCapabilities"u8);
        if (Required.HasFlag(ClientFeatures.ElicitForm) || Required.HasFlag(ClientFeatures.ElicitUrl))
        {
            writer.WriteStartObject("elicitation"u8);
            if (Required.HasFlag(ClientFeatures.ElicitUrl))
            {
                Empty(writer, "url"u8);
            }

            writer.WriteEndObject();
        }

        if (Required.HasFlag(ClientFeatures.Sampling) || Required.HasFlag(ClientFeatures.SamplingTools))
        {
            writer.WriteStartObject("sampling"u8);
            if (Required.HasFlag(ClientFeatures.SamplingTools))
            {
                Empty(writer, "tools"u8);
            }

            writer.WriteEndObject();
        }

        if (Required.HasFlag(ClientFeatures.Roots))
        {
            Empty(writer, "roots"u8);
        }

        if (Required.HasFlag(ClientFeatures.Tasks))
        {
            writer.WriteStartObject("extensions"u8);
            Empty(writer, "io.modelcontextprotocol/tasks"u8);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void Empty(Utf8JsonWriter writer, ReadOnlySpan<byte> name)
    {
        writer.WriteStartObject(name);
        writer.WriteEndObject();
    }
}
