using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Wire;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>Prints where messages were committed.</summary>
/// <param name="shell">Where to.</param>
/// <param name="room">The room of all of them.</param>
/// <param name="json">As JSON.</param>
/// <param name="isOn">Without JSON: whether to print at all.</param>
internal sealed class NumberWriter(Shell shell, string room, bool json, bool isOn)
{
    private readonly string _room = TextEscaping.Escape(room);

    /// <summary>Prints one; it leaves with <see cref="Flush"/>.</summary>
    public void Write(long number)
    {
        if (json)
        {
            shell.Data(Json.Object(writer =>
            {
                writer.WriteString("room", room);
                writer.WriteNumber("number", number);
            }));
        }
        else if (isOn)
        {
            shell.Data($"{_room}\t{number}");
        }
    }

    /// <summary>Writes out what was printed.</summary>
    public void Flush() => shell.Flush();
}
