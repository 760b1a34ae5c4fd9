using System.Text.Unicode;
using PaxosShard.Wire;

namespace PaxosShard.Master.Gateway.Lines;

/// <summary>
/// Reads a line of a client: <c>client | letter | name | ...</c>. Spaces around a field are not part of it, those within it are; a carriage return before the line feed is part of the end of
/// the line. Any bytes get an answer: a request, or a sentence that says what is wrong. Pure.
/// </summary>
internal static class RequestLine
{
    private const byte Separator = (byte)'|';
    private const byte Backslash = (byte)'\\';
    private const byte Space = (byte)' ';
    private const int MostFields = 5;
    private const int FieldsWithoutValue = 3;
    private const int FieldsOfAddShard = 2;

    // There is no bar and no backslash in what is said: as escapes they would be hard to read.
    private static readonly Dictionary<byte, Form> _forms = new()
    {
        [(byte)'G'] = new(RequestKind.Get, FieldsWithoutValue, "client, G, key"),
        [(byte)'P'] = new(RequestKind.Put, 4, "client, P, key, value"),
        [(byte)'D'] = new(RequestKind.Delete, FieldsWithoutValue, "client, D, key"),
        [(byte)'A'] = new(RequestKind.Append, 4, "client, A, key, value"),
        [(byte)'C'] = new(RequestKind.CompareAndSet, 5, "client, C, key, expected, value"),
        [(byte)'S'] = new(RequestKind.Send, 4, "client, S, room, text"),
    };

    // The expected value of what must not be there: as an escape it is none, so that no value looks like it.
    private static ReadOnlySpan<byte> Nothing => @"\-"u8;

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line, without the line feed.</param>
    /// <param name="problem">What is wrong with it, as a sentence; empty when nothing is.</param>
    /// <returns>Null when something is wrong.</returns>
    public static GatewayRequest? Parse(ReadOnlySpan<byte> line, out string problem)
    {
        ReadOnlySpan<byte> text = line is [.., (byte)'\r'] ? line[..^1] : line;
        Span<Range> places = stackalloc Range[MostFields];
        int count = Split(text, places);
        if (count == 1)
        {
            problem = text.Trim(Space).IsEmpty ? "the line is empty" : "it has one field, and a request has at least three: client, letter, key";
            return null;
        }

        ReadOnlySpan<byte> letter = Field(text, places[1]);
        if (letter.Length != 1 || !_forms.TryGetValue(letter[0], out Form? form))
        {
            problem = "the second field is none of G, P, D, A, C and S";
            return null;
        }

        problem = CountProblem(form, count, hasEmptyValue: count == FieldsWithoutValue + 1 && Field(text, places[FieldsWithoutValue]).IsEmpty);
        return problem.Length > 0 ? null : Read(form, text, places, out problem);
    }

    // The old form of this protocol leaves the value empty where there is none, and adds a shard by a line of two fields.
    private static string CountProblem(Form form, int count, bool hasEmptyValue)
    {
        if (count == form.Fields || (form.Fields == FieldsWithoutValue && hasEmptyValue))
            return "";
        if (form.Kind == RequestKind.Append && count == FieldsOfAddShard)
            return "with two fields this would add a shard, which a gateway does not do; with four it appends: client, A, key, value";
        return $"a line like this has {form.Fields} fields ({form.Shape}), and this one has {count}; a bar within a field is written as an escape";
    }

    private static GatewayRequest? Read(Form form, ReadOnlySpan<byte> text, ReadOnlySpan<Range> places, out string problem)
    {
        byte[] value = [];
        if (!FieldText.TryUnescape(Field(text, places[0]), out byte[] client, out problem)
            || !FieldText.TryUnescape(Field(text, places[2]), out byte[] name, out problem)
            || (form.Fields > FieldsWithoutValue && !FieldText.TryUnescape(Field(text, places[form.Fields - 1]), out value, out problem)))
            return null;
        GatewayRequest request = new(form.Kind, client, name) { Value = value };
        if (form.Kind == RequestKind.CompareAndSet && !Field(text, places[FieldsWithoutValue]).SequenceEqual(Nothing))
        {
            if (!FieldText.TryUnescape(Field(text, places[FieldsWithoutValue]), out byte[] expected, out problem))
                return null;
            request = request with { Expected = expected.AsMemory() };
        }

        problem = Problem(request);
        return problem.Length > 0 ? null : request;
    }

    // Lengths of keys, rooms and values are judged by the client library, which has the rules.
    private static string Problem(GatewayRequest request)
    {
        if (request.Client.IsEmpty)
            return "the client, its first field, is empty";
        if (request.Client.Length > Limits.AuthorName)
            return $"the client, its first field, is longer than {Limits.AuthorName} bytes";
        bool isText = request.Kind != RequestKind.Send
            || (Utf8.IsValid(request.Client.Span) && Utf8.IsValid(request.Name.Span) && Utf8.IsValid(request.Value.Span));
        return isText ? "" : "client, room and text of a message are UTF-8";
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> text, Range place) => text[place].Trim(Space);

    /// <summary>Finds the fields.</summary>
    /// <param name="text">The line.</param>
    /// <param name="places">Gets where the first ones are.</param>
    /// <returns>How many there are, at least 1; more than there are places when the line has more.</returns>
    private static int Split(ReadOnlySpan<byte> text, Span<Range> places)
    {
        int count = 0;
        int start = 0;
        int place = 0;
        while (true)
        {
            int found = text[place..].IndexOfAny(Separator, Backslash);
            if (found >= 0 && text[place + found] == Backslash)
            {
                // Whatever is behind a backslash ends no field.
                place = Math.Min(place + found + 2, text.Length);
                continue;
            }

            int end = found < 0 ? text.Length : place + found;
            if (count < places.Length)
                places[count] = start..end;
            count++;
            if (found < 0)
                return count;
            start = place = end + 1;
        }
    }

    private sealed record Form(RequestKind Kind, int Fields, string Shape);
}
