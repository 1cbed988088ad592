using System.Text.Json;

namespace Platform.Api.Mcp.Backends;

/// <summary>A piece of a tool's or a prompt's content. Text is cleaned when it is written (<see cref="SafeText"/>).</summary>
internal abstract record ContentBlock
{
    public static ContentBlock OfText(string text) => new TextBlock(text);

    public static ContentBlock OfImage(ReadOnlyMemory<byte> bytes, string mimeType) => new MediaBlock("image", bytes, mimeType);

    public static ContentBlock OfAudio(ReadOnlyMemory<byte> bytes, string mimeType) => new MediaBlock("audio", bytes, mimeType);

    /// <summary>A resource inside the answer.</summary>
    public static ContentBlock OfResource(ResourceBody body) => new EmbeddedBlock(body);

    /// <summary>A resource to be read if wanted.</summary>
    public static ContentBlock OfLink(string uri, string name, string? mimeType = null) => new LinkBlock(uri, name, mimeType);

    public abstract void Write(Utf8JsonWriter writer);

    private sealed record TextBlock(string Text) : ContentBlock
    {
        public override void Write(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "text"u8);
            writer.WriteString("text"u8, SafeText.Of(Text));
            writer.WriteEndObject();
        }
    }

    private sealed record MediaBlock(string Type, ReadOnlyMemory<byte> Bytes, string MimeType) : ContentBlock
    {
        public override void Write(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, Type);
            writer.WriteBase64String("data"u8, Bytes.Span);
            writer.WriteString("mimeType"u8, SafeText.Of(MimeType));
            writer.WriteEndObject();
        }
    }

    private sealed record EmbeddedBlock(ResourceBody Body) : ContentBlock
    {
        public override void Write(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "resource"u8);
            writer.WritePropertyName("resource"u8);
            Body.Write(writer);
            writer.WriteEndObject();
        }
    }

    private sealed record LinkBlock(string Uri, string Name, string? MimeType) : ContentBlock
    {
        public override void Write(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "resource_link"u8);
            writer.WriteString("uri"u8, SafeText.Of(Uri));
            writer.WriteString("name"u8, SafeText.Of(Name));
            if (MimeType is not null)
            {
                writer.WriteString("mimeType"u8, SafeText.Of(MimeType));
            }

            writer.WriteEndObject();
        }
    }
}

/// <summary>The contents of one resource: text or bytes.</summary>
internal sealed record ResourceBody(string Uri, string MimeType, string? Text, ReadOnlyMemory<byte> Bytes = default)
{
    public ResourceLife? Life { get; init; }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("uri"u8, Uri);
        writer.WriteString("mimeType"u8, SafeText.Of(MimeType));
        if (Text is not null)
        {
            // What a tenant stored is given back as it was stored; only what UTF-8 cannot say is replaced, by the writer.
            writer.WriteString("text"u8, Text);
        }
        else
        {
            writer.WriteBase64String("blob"u8, Bytes.Span);
        }

        Life?.Write(writer);
        writer.WriteEndObject();
    }
}
