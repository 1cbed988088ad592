using Platform.Abstractions.Mcp;
using Platform.Api.Validation;

namespace Platform.Api.Mcp;

/// <summary>Reads a <c>ClientCapabilities</c> object. What is not of the right type is not declared.</summary>
internal static class ClientFeaturesReader
{
    /// <param name="capabilities">An object that the guard accepted.</param>
    public static ClientFeatures Read(ReadOnlySpan<byte> capabilities)
    {
        // The commonest declaration of all.
        if (capabilities.Length <= 2)
        {
            return ClientFeatures.None;
        }

        var features = TryObject(capabilities, "roots"u8, out _) ? ClientFeatures.Roots : ClientFeatures.None;
        if (TryObject(capabilities, "elicitation"u8, out var elicitation))
        {
            var modes = (TryObject(elicitation, "form"u8, out _) ? ClientFeatures.ElicitForm : ClientFeatures.None)
                | (TryObject(elicitation, "url"u8, out _) ? ClientFeatures.ElicitUrl : ClientFeatures.None);

            // 2025-11-25, Elicitation: an empty object stands for form mode.
            features |= modes == ClientFeatures.None ? ClientFeatures.ElicitForm : modes;
        }

        if (TryObject(capabilities, "sampling"u8, out var sampling))
        {
            features |= ClientFeatures.Sampling | (TryObject(sampling, "tools"u8, out _) ? ClientFeatures.SamplingTools : ClientFeatures.None);
        }

        return TryObject(capabilities, "extensions"u8, out var extensions) && TryObject(extensions, "io.modelcontextprotocol/tasks"u8, out _)
            ? features | ClientFeatures.Tasks
            : features;
    }

    private static bool TryObject(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) =>
        JsonMember.TryFind(json, name, out value) && value[0] == (byte)'{';
}
