#include "app/cli/cli.h"

int main(int argc, char** argv) { return podmoat::cli::run(argc, argv); }
