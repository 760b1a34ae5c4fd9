using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs;

ProgramStart.Prepare();
return await new Application(Shell.OfProcess()).RunAsync(args);
