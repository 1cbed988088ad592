namespace Platform.Abstractions.Mcp;

/// <summary>What a client declared that it can do. Nothing may be asked of it beyond that (MCP 2026-07-28, _meta).</summary>
[Flags]
public enum ClientFeatures
{
    None = 0,

    /// <summary><c>elicitation</c>, form mode: an empty object declares it too.</summary>
    ElicitForm = 1,

    /// <summary><c>elicitation.url</c>.</summary>
    ElicitUrl = 2,

    /// <summary><c>sampling</c>.</summary>
    Sampling = 4,

    /// <summary><c>sampling.tools</c>.</summary>
    SamplingTools = 8,

    /// <summary><c>roots</c>.</summary>
    Roots = 16,

    /// <summary>The extension <c>io.modelcontextprotocol/tasks</c>.</summary>
    Tasks = 32,
}
